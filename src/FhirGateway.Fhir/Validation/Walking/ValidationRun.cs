using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Terminology;
using FhirGateway.Fhir.Validation.References;
using FhirGateway.Fhir.Validation.Schemas;

namespace FhirGateway.Fhir.Validation.Walking;

/// <summary>One validation of one resource: what it found so far, and what its rules may ask.</summary>
internal sealed class ValidationRun
{
    // How deep "does it conform to that profile?" may nest: a target's target's target …
    private const int MaxTrials = 12;
    private const int MaxMemory = 50_000;

    private readonly Dictionary<(string Location, string Schema), bool> _trials = [];
    private List<ValidationIssue> _issues = [];
    private int _depth;
    private int _suppressed;

    public ValidationRun(SchemaSet schemas, CodeQuestions terminology, ValidationOptions options, Focus root)
    {
        Schemas = schemas;
        Terminology = terminology;
        Options = options;
        Root = root;
        References = new ReferenceIndex(root);
        Walker = new Walker(this);
        Evaluation = new EvaluationContext
        {
            IsMemberOf = (node, valueSet) => Rules.MemberOf.Check(node, valueSet, terminology),
            ConformsTo = (node, canonical) => ConformsTo(node, canonical),
            // R4's own invariants say "descendants().as(uri)" of many items (dom-3).
            AsFiltersCollections = true,
            MaxSteps = 5_000_000,
        };
    }

    public SchemaSet Schemas { get; }

    public CodeQuestions Terminology { get; }

    public ValidationOptions Options { get; }

    public Focus Root { get; }

    public ReferenceIndex References { get; }

    public Walker Walker { get; }

    public EvaluationContext Evaluation { get; }

    /// <summary>All that was found; the last says how many were left out when there were too many.</summary>
    public IReadOnlyList<ValidationIssue> Issues
    {
        get
        {
            if (_suppressed > 0) _issues.Add(new ValidationIssue(IssueSeverity.Error, "too-costly", $"{_suppressed} further issues are not listed.", null, null, "limits"));
            _suppressed = 0;
            return _issues;
        }
    }

    public void Error(string code, string text, Focus focus, ElementSchema? schema, string rule) => Report(IssueSeverity.Error, code, text, focus, schema, rule);

    public void Report(IssueSeverity severity, string code, string text, Focus focus, ElementSchema? schema, string rule)
    {
        if (_issues.Count >= Options.MaxIssues)
        {
            if (severity >= IssueSeverity.Error) _suppressed++;
            return;
        }

        _issues.Add(new ValidationIssue(severity, code, text, focus.Location, schema?.Schema.Url, rule));
    }

    /// <summary>
    /// Whether an element conforms to a schema, reporting nothing. What is being tried already is taken to conform:
    /// a Patient whose organization points back at it must not go round for ever.
    /// </summary>
    public bool Conforms(Focus focus, ElementSchema schema) => Errors(focus, schema) is not { Count: > 0 };

    /// <summary>The errors that keep an element from conforming; null when it conforms, or was asked before and does.</summary>
    public IReadOnlyList<ValidationIssue>? Errors(Focus focus, ElementSchema schema)
    {
        var key = (focus.Location, schema.Schema.Url + "#" + schema.Id);
        if (_trials.TryGetValue(key, out var known) && known) return null;
        if (_depth >= MaxTrials) return null;
        if (_trials.Count < MaxMemory) _trials[key] = true;
        var (outer, outerSuppressed) = (_issues, _suppressed);
        _issues = [];
        _depth++;
        try
        {
            Walker.Apply(focus, schema);
            var errors = _issues.Where(issue => issue.Severity >= IssueSeverity.Error).ToList();
            if (_trials.Count < MaxMemory) _trials[key] = errors.Count == 0;
            return errors.Count == 0 ? null : errors;
        }
        finally
        {
            _depth--;
            (_issues, _suppressed) = (outer, outerSuppressed);
        }
    }

    private bool? ConformsTo(FhirNode node, string canonical)
    {
        if (Schemas.Find(canonical) is not { } schema) return null;
        return References.FocusOf(node) is { } focus ? Conforms(focus, schema.Root) : null;
    }
}
