using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.Benchmarks;

/// <summary>An expression to evaluate over a resource.</summary>
/// <param name="Focus">Place of the resource in <see cref="FhirPathWork.Foci"/>; tasks of one resource stand together.</param>
internal sealed record FhirPathTask(int Focus, string Expression);

/// <summary>
/// What FHIRPath is measured with: over our own bundles and the resources in them, R4's invariants and a dozen paths as people write
/// them.
/// </summary>
internal sealed class FhirPathWork
{
    private static readonly string[] Paths =
    [
        "Bundle.entry.fullUrl",
        "Bundle.entry.where(request.method = 'PUT').request.url",
        "Bundle.entry.resource.ofType(Composition).title",
        "Bundle.entry.resource.ofType(Composition).descendants().ofType(Coding).where(system = 'http://loinc.org').code",
        "Bundle.entry.resource.ofType(Composition).section.where(emptyReason.exists()).title",
        "Bundle.entry.resource.ofType(Composition).repeat(section).title.count()",
        "Bundle.entry.resource.ofType(DocumentReference).content.attachment.contentType.distinct()",
        "Bundle.entry.resource.ofType(DocumentReference).all(docStatus = 'preliminary' or docStatus = 'final')",
        "Bundle.entry.resource.ofType(MedicationStatement).medication.text",
        "Bundle.entry.resource.ofType(Provenance).agent.who.reference",
        "Bundle.entry.resource.meta.security.where(code = 'AIAST').exists()",
        "Bundle.entry.resource.identifier.where(system.startsWith('urn:')).select(system & '|' & value)",
    ];

    public FhirPathWork()
    {
        foreach (var bundle in Corpus.OwnBundles())
        {
            PathTasks.AddRange(Paths.Select(path => new FhirPathTask(Foci.Count, path)));
            Add(bundle);
            foreach (var entry in bundle.GetProperty("entry").EnumerateArray())
            {
                if (entry.TryGetProperty("resource", out var resource)) Add(resource);
            }
        }
    }

    public List<JsonElement> Foci { get; } = [];

    public List<FhirPathTask> InvariantTasks { get; } = [];

    public List<FhirPathTask> PathTasks { get; } = [];

    /// <summary>How many items came of it; for a single true or false, which of them.</summary>
    public static string Result(IReadOnlyList<FhirNode> items) =>
        items is [{ Value: bool value }] ? value ? "true" : "false" : $"{items.Count}";

    private void Add(JsonElement resource)
    {
        foreach (var element in R4Types.Type(resource.GetProperty("resourceType").GetString()!)!.Elements)
        {
            foreach (var constraint in element.Constraints)
            {
                if (constraint.Expression is { } expression) InvariantTasks.Add(new FhirPathTask(Foci.Count, AtRoot(element, expression)));
            }
        }

        Foci.Add(resource);
    }

    // Both engines get an element's invariant as a condition on the resource, so that both find the elements by themselves.
    private static string AtRoot(StructureElement element, string invariant)
    {
        var path = element.IsChoice ? element.Path[..^3] : element.Path;
        return path.Contains('.', StringComparison.Ordinal) ? $"{path}.all({invariant})" : invariant;
    }
}
