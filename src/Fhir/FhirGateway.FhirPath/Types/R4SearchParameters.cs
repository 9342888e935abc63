using System.Collections.Concurrent;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Types;

/// <summary>The search parameters of FHIR R4 (4.0.1). Embedded, loaded when first asked for; safe from any thread.</summary>
public static class R4SearchParameters
{
    private static readonly Lazy<JsonLines<SearchParameterDefinition>> File = new(
        () => new("search-parameters.ndjson", SearchParameterDefinition.Parse));
    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, SearchParameterDefinition>> ByType =
        new(StringComparer.Ordinal);
    private static readonly Lazy<ILookup<string, SearchParameterDefinition>> ByBase = new(() =>
        File.Value.Urls.Select(url => Find(url)!)
            .SelectMany(parameter => parameter.Base.Select(type => (type, parameter)))
            .ToLookup(pair => pair.type, pair => pair.parameter, StringComparer.Ordinal));

    /// <summary>The search parameters of a resource type by code, those it has from Resource and DomainResource included.</summary>
    public static IReadOnlyDictionary<string, SearchParameterDefinition> For(string resourceType) => ByType.GetOrAdd(resourceType, Collect);

    /// <summary>A search parameter by its canonical url; null when unknown.</summary>
    public static SearchParameterDefinition? Find(string url) => File.Value.Find(url);

    private static Dictionary<string, SearchParameterDefinition> Collect(string resourceType)
    {
        var found = new Dictionary<string, SearchParameterDefinition>(StringComparer.Ordinal);
        for (var type = resourceType; type is not null; type = R4Types.Type(type)?.BaseType)
        {
            foreach (var parameter in ByBase.Value[type]) found.TryAdd(parameter.Code, parameter);
        }

        return found;
    }
}
