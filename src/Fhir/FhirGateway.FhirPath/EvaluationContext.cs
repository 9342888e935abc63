namespace FhirGateway.FhirPath;

/// <summary>What an evaluation knows beside its focus. Immutable; one may serve many evaluations and threads.</summary>
public sealed record EvaluationContext
{
    /// <summary>No clock, no resolver, no terminology: everything comes from the focus.</summary>
    public static EvaluationContext Default { get; } = new();

    /// <summary>
    /// For R4's own expressions, which use <c>as</c> on many items: SearchParameters (<c>Observation.component.value as Quantity</c>)
    /// and invariants (dom-3: <c>descendants().as(canonical)</c>).
    /// </summary>
    public static EvaluationContext Search { get; } = new() { AsFiltersCollections = true };

    /// <summary>The clock of now(), today() and timeOfDay(), in its local zone; without one they are errors.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>
    /// Finds the resource of a reference that is neither contained nor in the surrounding Bundle; null for what it does not know.
    /// </summary>
    public Func<string, FhirNode?>? Resolver { get; init; }

    /// <summary>
    /// Answers memberOf(): whether a code, Coding or CodeableConcept is in the value set of a canonical url; null when that can't be
    /// told.
    /// </summary>
    public Func<FhirNode, string, bool?>? IsMemberOf { get; init; }

    /// <summary>
    /// Answers conformsTo(): whether an element conforms to the profile of a canonical url; null when the profile is not known.
    /// </summary>
    public Func<FhirNode, string, bool?>? ConformsTo { get; init; }

    /// <summary>
    /// Answers slice(): whether an element is in a slice, by the canonical url of its profile and its name; null when either is not
    /// known. A validator sets it.
    /// </summary>
    public Func<FhirNode, string, string, bool?>? IsInSlice { get; init; }

    /// <summary>
    /// Answers subsumes() and subsumedBy(): by system, ancestor and code, whether the code lies below the ancestor; null when that can't
    /// be told.
    /// </summary>
    public Func<string, string, string, bool?>? Subsumes { get; init; }

    /// <summary>Told of every trace(): its name and the items.</summary>
    public Action<string, IReadOnlyList<FhirNode>>? Trace { get; init; }

    /// <summary>%resource; null for the resource the focus is in.</summary>
    public FhirNode? Resource { get; init; }

    /// <summary>%rootResource; null for the resource that contains %resource, or %resource itself.</summary>
    public FhirNode? RootResource { get; init; }

    /// <summary>Further constants by name, without %.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<FhirNode>> Variables { get; init; } =
        new Dictionary<string, IReadOnlyList<FhirNode>>();

    /// <summary>
    /// Whether <c>as</c> on several items filters them, like ofType(), instead of being an error as N1 has it. R4's own expressions need
    /// it.
    /// </summary>
    public bool AsFiltersCollections { get; init; }

    /// <summary>
    /// Whether several items, none of them a boolean, count as true where one condition is expected. By FHIRPath's words that is an
    /// error, but HL7's own validator takes them, and published profiles rely on it (US Core's pd-1: <c>telecom or endpoint</c>).
    /// </summary>
    public bool SeveralItemsAreTrue { get; init; }

    /// <summary>
    /// How many steps an evaluation may take; then it is an error. Looking at an item is one, making a node eight, reading or
    /// writing eight characters one: so the steps bound an evaluation's memory as well as its time.
    /// </summary>
    public long MaxSteps { get; init; } = 20_000_000;

    /// <summary>
    /// What this evaluation shares with others and may not exceed either; null when it stands alone. A context with a budget serves one
    /// thread.
    /// </summary>
    public WorkBudget? Budget { get; init; }
}
