using FhirGateway.FhirPath;
using FhirGateway.Validation.References;
using FhirGateway.Validation.Resources;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Slicing;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Walking;

/// <summary>One validation of one resource: what it found so far, and what its rules may ask.</summary>
internal sealed class ValidationRun
{
    // How deep "does it conform to that profile?" may nest: a target's target's target …
    private const int MaxTrials = 12;
    private const int MaxMemory = 1_000_000;
    private const int SmallSize = 256 * 1024;
    private const int TrialCost = 20;

    // One evaluation holds all it makes, so it may not have all the work there is.
    private const long LeastStepsAtOnce = 20_000_000;
    private const long StepsAtOncePerByte = 2;

    // Null is what conforms, or is being tried: a Patient whose organization points back at it must not go round for ever.
    private readonly Dictionary<(string Location, ElementSchema Schema), ValidationIssue?> _trials = [];
    private readonly IssueList _found;
    private readonly long _steps;
    private readonly WorkBudget _budget;
    private HashSet<string>? _anchors;
    private ValidationIssue? _failure;
    private int _depth;

    /// <param name="size">Of the resource, in bytes of JSON.</param>
    public ValidationRun(SchemaSet schemas, CodeQuestions terminology, ValidationOptions options, Focus root, int size)
    {
        _steps = options.MaxStepsPerByte * (long)Math.Max(size, SmallSize);
        _budget = new WorkBudget(_steps);
        Schemas = schemas;
        Terminology = terminology;
        Options = options;
        _found = new IssueList(options.MaxIssues);
        Root = root;
        References = new ReferenceIndex(root);
        Walker = new Walker(this);
        Evaluation = new EvaluationContext
        {
            IsMemberOf = (node, valueSet) => Rules.MemberOf.Check(node, valueSet, terminology),
            ConformsTo = (node, canonical) => ConformsTo(node, canonical),
            IsInSlice = (node, canonical, slice) => References.FocusOf(node) is { } focus ? SliceQuestion.IsIn(focus, canonical, slice, this) : null,
            Subsumes = (system, ancestor, code) => terminology.Subsumes(system, ancestor, code),
            // R4's own invariants say "descendants().as(uri)" of many items (dom-3).
            AsFiltersCollections = true,
            MaxSteps = Math.Max(LeastStepsAtOnce, StepsAtOncePerByte * size),
            Budget = _budget,
        };
    }

    public SchemaSet Schemas { get; }

    public CodeQuestions Terminology { get; }

    public ValidationOptions Options { get; }

    public Focus Root { get; }

    public ReferenceIndex References { get; }

    public Walker Walker { get; }

    public EvaluationContext Evaluation { get; }

    /// <summary>The ids that links in narratives can lead to; looked for when the first link is met.</summary>
    public HashSet<string> Anchors => _anchors ??= NarrativeLinks.Anchors(Root.Json);

    /// <summary>All that was found.</summary>
    /// <inheritdoc cref="IssueList.ToList"/>
    public IReadOnlyList<ValidationIssue> Issues(ReadOnlySpan<byte> text, int first) => _found.ToList(text, first);

    /// <summary>Whether a trial goes on that has failed already, so that there is no more to find out.</summary>
    public bool IsDecided => _failure is not null;

    /// <summary>The work so far.</summary>
    public long Steps => _steps - _budget.Left;

    /// <summary>To be called before work that grows with the resource.</summary>
    /// <param name="steps">How much, as <see cref="ValidationOptions.MaxStepsPerByte"/> counts it.</param>
    /// <exception cref="ValidationEndedException">There is not so much left.</exception>
    public void Charge(long steps, Focus at)
    {
        if (!_budget.Charge(steps)) throw Spent(at);
    }

    /// <summary>To be called when an expression could not be evaluated.</summary>
    /// <exception cref="ValidationEndedException">That is because there is no work left, not because of the expression.</exception>
    public void GoOn(Focus at)
    {
        if (_budget.Left == 0) throw Spent(at);
    }

    /// <summary>Reports why the validation ended early.</summary>
    public void Report(ValidationEndedException end) =>
        _found.Add(new ValidationIssue(IssueSeverity.Error, "too-costly", end.Message, end.At.Location, null, "limits"), end.At.Offset);

    public void Error(string code, string text, Focus focus, ElementSchema? schema, string rule) => Report(IssueSeverity.Error, code, text, focus, schema, rule);

    public void Report(IssueSeverity severity, string code, string text, Focus focus, ElementSchema? schema, string rule)
    {
        ValidationIssue Issue() => new(severity, code, Words.Cut(text), focus.Location, schema?.Schema.Url, rule);
        if (_depth == 0)
        {
            if (_found.Takes(severity)) _found.Add(Issue(), focus.Offset);
        }
        else if (severity >= IssueSeverity.Error)
        {
            _failure ??= Issue();
        }
    }

    /// <summary>Whether an element conforms to a schema, reporting nothing.</summary>
    public bool Conforms(Focus focus, ElementSchema schema) => FirstError(focus, schema) is null;

    /// <summary>What keeps an element from conforming to a schema, found out once; null when it conforms.</summary>
    public ValidationIssue? FirstError(Focus focus, ElementSchema schema)
    {
        var key = (focus.Location, schema);
        if (_trials.TryGetValue(key, out var known)) return known;
        if (_depth >= MaxTrials) return null;
        if (_trials.Count < MaxMemory) _trials[key] = null;
        Charge(TrialCost, focus);
        var outer = _failure;
        _failure = null;
        _depth++;
        try
        {
            Walker.Apply(focus, schema);
            if (_failure is not null && _trials.Count < MaxMemory) _trials[key] = _failure;
            return _failure;
        }
        finally
        {
            _depth--;
            _failure = outer;
        }
    }

    private ValidationEndedException Spent(Focus at) =>
        new($"The validation was given up here, after {_steps} steps ({Options.MaxStepsPerByte} for each byte): what follows was not checked. Send less at once, or raise ValidationOptions.MaxStepsPerByte.", at);

    private bool? ConformsTo(FhirNode node, string canonical)
    {
        if (Schemas.Find(canonical) is not { } schema) return null;
        return References.FocusOf(node) is { } focus ? Conforms(focus, schema.Root) : null;
    }
}
