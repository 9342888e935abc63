using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FhirGateway.Validation.Definitions;
using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Snapshot;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;
using Hl7.Fhir.Utility;

namespace FhirGateway.Oracles.Tests;

/// <summary>Firely's validator, with the SDK's own reading before it: the oracle that needs neither Java nor a network.</summary>
/// <remarks>Its first verdict takes 10–15 seconds: make few. Not for several threads at once.</remarks>
internal sealed class FirelyValidator
{
    // R4's definitions are read once for all validators. No SnapshotSource stands around them: it would make ref-1 fail on every
    // reference without a literal reference.
    private static readonly Lazy<CachedResolver> R4 = new(() => new CachedResolver(ZipSource.CreateValidationSource()));
    private static readonly FhirJsonDeserializer Reader = new();
    private static readonly string[] Types = ["StructureDefinition", "ValueSet", "CodeSystem"];
    private readonly Validator _validator;

    /// <param name="definitions">What it knows beside R4; null when that is nothing.</param>
    public FirelyValidator(DefinitionSet? definitions)
    {
        IAsyncResourceResolver all = definitions is null
            ? R4.Value
            : new CachedResolver(new MultiResolver(R4.Value, new Definitions(definitions)));
        _validator = new Validator(all, new LocalTerminologyService(all));
    }

    /// <summary>Whether a definition says anything to it: of questionnaires and search parameters, say, it makes no use.</summary>
    public static bool Uses(JsonElement definition) => Types.Contains(definition.GetProperty("resourceType").GetString());

    /// <summary>Its verdict on one resource, as a program finds it that reads with the SDK and then validates.</summary>
    /// <param name="profiles">Canonicals it must conform to beside its meta.profile.</param>
    public Verdict Judge(ReadOnlyMemory<byte> json, IReadOnlyList<string> profiles)
    {
        Resource? resource;
        IEnumerable<CodedException> problems;
        try
        {
            Reader.TryDeserializeResource(Encoding.UTF8.GetString(json.Span), out resource, out problems);
        }
        catch (JsonException error)
        {
            // The SDK throws on text that is not JSON, even here.
            return Verdict.Of([$"JSON {error.Message}"]);
        }

        var errors = problems.Select(problem => $"{problem.ErrorCode} {problem.Message}").ToList();
        if (resource is null) return Verdict.Of(errors);
        foreach (var profile in profiles.Prepend(null))
        {
            foreach (var issue in _validator.Validate(resource, profile).Issue)
            {
                if (issue.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal) errors.Add(Text(issue));
            }
        }

        return Verdict.Of([.. errors.Distinct(StringComparer.Ordinal)]);
    }

    private static string Text(OperationOutcome.IssueComponent issue) =>
        $"{issue.Details?.Coding.FirstOrDefault()?.Code} {issue.Details?.Text ?? issue.Diagnostics} {string.Join(' ', issue.Expression)}";

    /// <summary>Our definitions as the SDK reads them. A profile that has no snapshot gets one of the SDK's making.</summary>
    private sealed class Definitions(DefinitionSet definitions) : IAsyncResourceResolver
    {
        private static readonly FhirJsonDeserializer Lenient = new(new DeserializerSettings().UsingMode(DeserializationMode.Ostrich));
        private readonly ConcurrentDictionary<string, Task<Resource?>> _read = new(StringComparer.Ordinal);

        public Task<Resource?> ResolveByCanonicalUriAsync(string uri) => _read.GetOrAdd(uri, Read);

        public Task<Resource?> ResolveByUriAsync(string uri) => ResolveByCanonicalUriAsync(uri);

        public async Task<ResolverResult> TryResolveByCanonicalUriAsync(string uri) =>
            await ResolveByCanonicalUriAsync(uri) is { } found
                ? new ResolverResult(found)
                : new ResolverResult(ResolverException.NotFound());

        public Task<ResolverResult> TryResolveByUriAsync(string uri) => TryResolveByCanonicalUriAsync(uri);

        private async Task<Resource?> Read(string canonical)
        {
            var found = Types.Select(type => definitions.Resource(type, canonical)).FirstOrDefault(definition => definition is not null);
            if (found is not { } json) return null;
            var resource = Lenient.DeserializeResource(json.GetRawText());
            if (resource is StructureDefinition { HasSnapshot: false } profile)
            {
                var generator = new SnapshotGenerator(new MultiResolver(R4.Value, this), SnapshotGeneratorSettings.CreateDefault());
                await generator.UpdateAsync(profile);
            }

            return resource;
        }
    }
}
