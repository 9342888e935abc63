using System.Runtime.InteropServices;
using System.Text.Json;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Walking;
using Hl7.Fhir.Model;

namespace FhirGateway.Validation;

/// <summary>
/// Validates FHIR R4 resources in JSON against the base specification, the profiles they claim and profiles asked for.
/// Definitions are compiled when first needed and kept: make one and use it for ever, from any thread.
/// </summary>
/// <param name="definitions">Where profiles, value sets and code systems are found; R4's own are always there.</param>
public sealed class FhirValidator(DefinitionSet definitions, ValidationOptions? options = null)
{
    private readonly SchemaSet _schemas = new(definitions, CoreSchemas.R4);
    private readonly ValidationOptions _options = options ?? new ValidationOptions();

    /// <summary>A validator that knows R4 itself and nothing else.</summary>
    public FhirValidator()
        : this(new DefinitionSet())
    {
    }

    /// <summary>The codes this validator knows.</summary>
    public TerminologyStore Terminology { get; } = new(definitions);

    /// <summary>Validates the JSON of one resource.</summary>
    /// <param name="json">UTF-8. Text that is not valid JSON, or past the limits, gives a fatal issue, not an exception.</param>
    /// <param name="profiles">Canonicals it must conform to beside its meta.profile.</param>
    /// <param name="answers">
    /// Answers to what an earlier result left <see cref="ValidationResult.Unchecked"/>, asked elsewhere; what is known here wins.
    /// </param>
    public ValidationResult Validate(
        ReadOnlyMemory<byte> json, IEnumerable<string>? profiles = null, IReadOnlyDictionary<CodeQuestion, CodeAnswer>? answers = null)
    {
        // Some editors begin a file with a byte order mark, which is not part of the JSON.
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (JsonLimits.Problem(json.Span, _options) is { } problem) return Fatal(problem.Finding, problem.Offset, json.Span);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = _options.MaxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            return Fatal(LimitFindings.NotJson(error), TextPositions.OffsetOf(error, json.Span), json.Span);
        }

        using (document)
        {
            return Walk(document.RootElement, json.Span, profiles, answers);
        }
    }

    /// <summary>
    /// Validates a resource that is parsed already; it must have been parsed without duplicate members. The limits hold for it too.
    /// </summary>
    public ValidationResult Validate(
        JsonElement resource, IEnumerable<string>? profiles = null, IReadOnlyDictionary<CodeQuestion, CodeAnswer>? answers = null)
    {
        if (resource.ValueKind == JsonValueKind.Undefined) return Fatal(LimitFindings.NoResource(Words.For(resource.ValueKind)));
        var text = JsonMarshal.GetRawUtf8Value(resource);
        return JsonLimits.Problem(text, _options, wasParsed: true) is { } problem
            ? Fatal(problem.Finding, problem.Offset, text)
            : Walk(resource, text, profiles, answers);
    }

    /// <summary>
    /// Validates an object of the FHIR SDK, as the JSON that the SDK writes of it. Issues have no lines: there is no text.
    /// </summary>
    /// <param name="profiles">Canonicals it must conform to beside its meta.profile.</param>
    /// <returns>All findings; one that says so when there are none.</returns>
    public OperationOutcome Validate(Resource resource, IEnumerable<string>? profiles = null)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var result = Validate(SdkJson.Bytes(resource), profiles);
        return new ValidationResult([.. result.Issues.Select(issue => issue with { Line = null, Column = null })]).ToOperationOutcome();
    }

    /// <summary>What a definition demands, a line for each rule: the compiled profile, to be read and compared.</summary>
    /// <exception cref="ArgumentException">The definition is unknown, or can't be used.</exception>
    public IReadOnlyList<string> Describe(string canonical)
    {
        try
        {
            var schema = _schemas.Find(canonical)
                ?? throw new ArgumentException($"{canonical} is unknown: add the package that holds it.", nameof(canonical));
            return [.. schema.Elements.SelectMany(SchemaListing.Lines)];
        }
        catch (SchemaException error)
        {
            throw new ArgumentException(error.Message, nameof(canonical), error);
        }
    }

    private ValidationResult Walk(
        JsonElement resource,
        ReadOnlySpan<byte> text,
        IEnumerable<string>? profiles,
        IReadOnlyDictionary<CodeQuestion, CodeAnswer>? answers)
    {
        if (resource.ValueKind != JsonValueKind.Object) return Fatal(LimitFindings.NoResource(Words.For(resource.ValueKind)));
        if (R4Resource.TypeOf(resource) is not { } type) return Fatal(LimitFindings.NoResourceType());
        if (_schemas.Core.Resource(type) is not { } shape) return Fatal(LimitFindings.UnknownResourceType(type));
        var root = new Focus(null, resource, default, type, -1, type, shape) { IsResource = true };
        var raw = JsonMarshal.GetRawUtf8Value(resource);
        var run = new ValidationRun(_schemas, new CodeQuestions(Terminology, answers), _options, root, raw.Length);
        try
        {
            run.Walker.Resource(root, MetaProfiles.AskedFor(profiles ?? [], root, run));
        }
        catch (ValidationEndedException end)
        {
            run.Report(end);
        }
        catch (InsufficientExecutionStackException)
        {
            // The library's own comparison of JSON looks at the stack too.
            run.Report(ValidationEndedException.TooDeep(root));
        }
        catch (Exception error) when (error is SchemaException or DefinitionException)
        {
            run.Report(ProfileFindings.EndsValidation(error.Message), root, null);
        }

        var first = text.Overlaps(raw, out var offset) ? offset : 0;
        return new ValidationResult(run.Issues(text, first), run.Terminology.Unanswered) { Steps = run.Steps };
    }

    private static ValidationResult Fatal(Finding finding, int offset = -1, ReadOnlySpan<byte> text = default)
    {
        var issue = new ValidationIssue(finding.Severity, finding.Code, Words.Cut(finding.Text), null, null, finding.Rule);
        return new ValidationResult(TextPositions.Resolve([(issue, offset)], text, 0));
    }
}
