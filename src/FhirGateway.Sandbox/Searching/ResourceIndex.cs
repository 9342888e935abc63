using System.Collections.Concurrent;
using System.Text.Json;
using FhirGateway.FhirPath;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A reference that a search parameter indexes.</summary>
/// <param name="Path">Where it stands, without array indexes: <c>Encounter.subject</c>.</param>
/// <param name="Targets">The types it may point at; empty when any.</param>
internal sealed record IndexedReference(string Literal, string Path, IReadOnlySet<string> Targets);

/// <summary>The values of one resource version by search parameter, found by the parameters' FHIRPath when first asked for.</summary>
internal sealed class ResourceIndex
{
    private readonly ConcurrentDictionary<(string Url, System.Type Kind), object> _values = new();
    private readonly string _type;
    private readonly FhirNode _root;
    private readonly Lazy<IReadOnlyList<IndexedReference>> _references;

    public ResourceIndex(string type, JsonElement content)
    {
        _type = type;
        _root = FhirNode.Of(content);
        _references = new(FindReferences);
    }

    /// <summary>The literal references that any of the type's parameters indexes.</summary>
    public IReadOnlyList<IndexedReference> References => _references.Value;

    /// <summary>The values of a parameter in the form that <paramref name="read"/> gives them.</summary>
    public IReadOnlyList<T> Values<T>(SearchParamDefinition parameter, Func<FhirNode, IEnumerable<T>> read) =>
        (IReadOnlyList<T>)_values.GetOrAdd((parameter.Url!, typeof(T)), _ => (T[])[.. SearchExpressions.For(_type, parameter)
            .SelectMany(path => path.Evaluate(_root, SearchExpressions.Context))
            .SelectMany(read)]);

    private List<IndexedReference> FindReferences()
    {
        var found = new Dictionary<(string Literal, string Path), HashSet<string>>();
        foreach (var parameter in SearchParameters.For(_type).Values.Where(parameter => parameter.Type == SearchParamType.Reference))
        {
            foreach (var path in SearchExpressions.For(_type, parameter))
            {
                var name = SearchExpressions.Plain(path.Text);
                foreach (var node in path.Evaluate(_root, SearchExpressions.Context)
                    .Where(node => node.Json is { ValueKind: JsonValueKind.Object }))
                {
                    foreach (var literal in IndexedValues.References(node))
                    {
                        if (!found.TryGetValue((literal, name), out var targets)) found[(literal, name)] = targets = [];
                        targets.UnionWith(parameter.TargetTypes());
                    }
                }
            }
        }

        return [.. found.Select(pair => new IndexedReference(pair.Key.Literal, pair.Key.Path, pair.Value))];
    }
}
