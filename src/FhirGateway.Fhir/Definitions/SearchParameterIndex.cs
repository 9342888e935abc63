using System.Collections.Concurrent;

namespace FhirGateway.Fhir.Definitions;

/// <summary>Search parameters by resource type and code.</summary>
internal sealed class SearchParameterIndex(DefinitionFile<SearchParameterDefinition> file)
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, SearchParameterDefinition>> _byType = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, SearchParameterDefinition>> _byBase = new(() =>
        file.Urls.Select(url => file.Find(url)!).SelectMany(parameter => parameter.Base.Select(type => (type, parameter))).ToLookup(pair => pair.type, pair => pair.parameter, StringComparer.Ordinal));

    public IReadOnlyDictionary<string, SearchParameterDefinition> For(string resourceType) => _byType.GetOrAdd(resourceType, Collect);

    private Dictionary<string, SearchParameterDefinition> Collect(string resourceType)
    {
        var found = new Dictionary<string, SearchParameterDefinition>(StringComparer.Ordinal);
        for (var type = resourceType; type is not null; type = R4Definitions.Type(type)?.BaseType)
        {
            foreach (var parameter in _byBase.Value[type]) found.TryAdd(parameter.Code, parameter);
        }

        return found;
    }
}
