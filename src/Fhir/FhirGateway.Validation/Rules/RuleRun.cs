using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Rules;

/// <summary>
/// One validation of one resource, as its rules see it: what they may ask, where they report, and how much work is left. The walk
/// knows profiles and how to apply them; here they are only shapes.
/// </summary>
internal abstract class RuleRun
{
    // How deep "does it conform to that profile?" may nest: a target's target's target …
    private const int MaxTrials = 12;
    private const int MaxMemory = 1_000_000;
    private const int SmallSize = 256 * 1024;
    private const int TrialCost = 20;

    // One evaluation keeps all that it makes in memory, so it may not use all the work there is.
    private const long LeastStepsAtOnce = 20_000_000;
    private const long StepsAtOncePerByte = 2;

    // Null is what conforms, or is being tried: a Patient whose organization points back at it must not be tried for ever.
    private readonly Dictionary<(string Location, ElementShape Profile), ValidationIssue?> _trials = [];
    private readonly IssueList _found;
    private readonly long _steps;
    private readonly WorkBudget _budget;
    private HashSet<string>? _anchors;
    private (Focus? Narrative, NarrativeXhtml? Xhtml) _lastXhtml;
    private ValidationIssue? _failure;
    private int _depth;

    /// <param name="size">Of the resource, in bytes of JSON.</param>
    protected RuleRun(DefinitionSet definitions, CodeQuestions terminology, ValidationOptions options, Focus root, int size)
    {
        _steps = options.MaxStepsPerByte * (long)Math.Max(size, SmallSize);
        _budget = new WorkBudget(_steps);
        Definitions = definitions;
        Terminology = terminology;
        Options = options;
        _found = new IssueList(options.MaxIssues);
        Root = root;
        References = new ReferenceIndex(root);
        Evaluation = new EvaluationContext
        {
            IsMemberOf = (node, valueSet) => MemberOf.Check(node, valueSet, terminology),
            ConformsTo = ConformsTo,
            IsInSlice = (node, canonical, slice) => References.FocusOf(node) is { } focus ? IsInSlice(focus, canonical, slice) : null,
            Subsumes = (system, ancestor, code) => terminology.Subsumes(system, ancestor, code),
            // R4's own invariants say "descendants().as(uri)" of many items (dom-3).
            AsFiltersCollections = true,
            SeveralItemsAreTrue = true,
            MaxSteps = Math.Max(LeastStepsAtOnce, StepsAtOncePerByte * size),
            Budget = _budget,
        };
    }

    /// <summary>What is defined beside the profiles: questionnaires, measures, code systems.</summary>
    public DefinitionSet Definitions { get; }

    public CodeQuestions Terminology { get; }

    public ValidationOptions Options { get; }

    public Focus Root { get; }

    public ReferenceIndex References { get; }

    public EvaluationContext Evaluation { get; }

    /// <summary>The ids that links in narratives can lead to; looked for when the first link is met.</summary>
    public HashSet<string> Anchors => _anchors ??= NarrativeAnchors.Of(Root.Json);

    /// <summary>A Narrative's div, read once for all rules that look at it one after the other.</summary>
    public NarrativeXhtml Xhtml(Focus narrative)
    {
        if (ReferenceEquals(_lastXhtml.Narrative, narrative)) return _lastXhtml.Xhtml!;
        var xhtml = NarrativeXhtml.Read(narrative.LongText("div") ?? "");
        _lastXhtml = (narrative, xhtml);
        return xhtml;
    }

    /// <summary>All that was found.</summary>
    /// <inheritdoc cref="IssueList.ToList"/>
    public IReadOnlyList<ValidationIssue> Issues(ReadOnlySpan<byte> text, int first) => _found.ToList(text, first);

    /// <summary>Whether a trial goes on that has failed already, so that there is no more to find out.</summary>
    public bool IsDecided => _failure is not null;

    /// <summary>The work so far.</summary>
    public long Steps => _steps - _budget.Left;

    /// <summary>A profile or type by canonical; null when it is unknown.</summary>
    /// <exception cref="SchemaException">The definition, or one it derives from, can't be used.</exception>
    public abstract ElementShape? Profile(string canonical);

    /// <summary>What is wrong with a profile that is itself the resource.</summary>
    public abstract IEnumerable<Finding> ProblemsOf(Structure profile);

    /// <summary>Whether an element is in a slice that a profile defines; null when the profile, or the slice in it, is unknown.</summary>
    protected abstract bool? IsInSlice(Focus element, string profile, string sliceName);

    /// <summary>Validates an element against one profile more.</summary>
    protected abstract void Apply(Focus focus, ElementShape profile);

    /// <summary>To be called before work that grows with the resource.</summary>
    /// <param name="steps">How much, as <see cref="ValidationOptions.MaxStepsPerByte"/> counts it.</param>
    /// <exception cref="ValidationEndedException">There is not so much left.</exception>
    public void Charge(long steps, Focus at)
    {
        if (!_budget.Charge(steps)) throw Spent(at);
    }

    /// <summary>To be called when an expression could not be evaluated.</summary>
    /// <exception cref="ValidationEndedException">
    /// That is because there is no work or no stack left, not because of the expression.
    /// </exception>
    public void GoOn(FhirPathException error, Focus at)
    {
        if (error.IsTooDeep) throw ValidationEndedException.TooDeep(at);
        if (_budget.Left == 0) throw Spent(at);
    }

    /// <summary>Reports why the validation ended early.</summary>
    public void Report(ValidationEndedException end) =>
        _found.Add(Issue(LimitFindings.Ended(end.Message), end.At, null), end.At.Offset);

    /// <summary>Reports what was found in an element; in a trial it is only kept in mind.</summary>
    /// <param name="demandedBy">Canonical of the definition that demands otherwise; null for rules of JSON and of FHIR in general.</param>
    public void Report(Finding finding, Focus at, string? demandedBy)
    {
        if (_depth == 0)
        {
            if (_found.Takes(finding.Severity)) _found.Add(Issue(finding, at, demandedBy), at.Offset);
        }
        else if (finding.Severity >= IssueSeverity.Error)
        {
            _failure ??= Issue(finding, at, demandedBy);
        }
    }

    /// <summary>Whether an element conforms to a profile, reporting nothing.</summary>
    public bool Conforms(Focus focus, ElementShape profile) => FirstError(focus, profile) is null;

    /// <summary>What keeps an element from conforming to a profile, found out once; null when it conforms.</summary>
    public ValidationIssue? FirstError(Focus focus, ElementShape profile)
    {
        var key = (focus.Location, profile);
        if (_trials.TryGetValue(key, out var known)) return known;
        if (_depth >= MaxTrials) return null;
        if (_trials.Count < MaxMemory) _trials[key] = null;
        Charge(TrialCost, focus);
        var outer = _failure;
        _failure = null;
        _depth++;
        try
        {
            Apply(focus, profile);
            if (_failure is not null && _trials.Count < MaxMemory) _trials[key] = _failure;
            return _failure;
        }
        finally
        {
            _depth--;
            _failure = outer;
        }
    }

    private static ValidationIssue Issue(Finding finding, Focus at, string? demandedBy) =>
        new(finding.Severity, finding.Code, Words.Cut(finding.Text), at.Location, demandedBy, finding.Rule)
        {
            Demand = finding.Demand is { } demand ? Words.Cut(demand) : null,
        };

    private ValidationEndedException Spent(Focus at) => ValidationEndedException.TooMuchWork(_steps, Options.MaxStepsPerByte, at);

    private bool? ConformsTo(FhirNode node, string canonical)
    {
        if (Profile(canonical) is not { } profile) return null;
        return References.FocusOf(node) is { } focus ? Conforms(focus, profile) : null;
    }
}
