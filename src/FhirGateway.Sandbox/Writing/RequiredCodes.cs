using System.Collections.Concurrent;
using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Sandbox.Writing;

/// <summary>The codes an element may have where R4 binds it to an enumerated value set: HAPI refuses others while it parses.</summary>
internal static class RequiredCodes
{
    private static readonly ConcurrentDictionary<string, IReadOnlySet<string>?> ByElement = new(StringComparer.Ordinal);

    /// <summary>The codes allowed at an element's path (<c>Composition.status</c>); null when any code may stand there.</summary>
    public static IReadOnlySet<string>? At(string path) => ByElement.GetOrAdd(path, Find);

    private static HashSet<string>? Find(string path)
    {
        var element = R4Types.Type(path.Split('.')[0])?.Element(path);
        if (element?.Binding is not { Strength: "required", ValueSet: { } url } || R4Definitions.ValueSet(url.Split('|')[0]) is not { } valueSet) return null;
        if (!valueSet.TryGetProperty("compose", out var compose) || !compose.TryGetProperty("include", out var includes)) return null;
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var include in includes.EnumerateArray())
        {
            if (include.TryGetProperty("filter", out _) || include.TryGetProperty("valueSet", out _)) return null;
            if (!include.TryGetProperty("concept", out var concepts) && !TryGetConcepts(include, out concepts)) return null;
            Add(codes, concepts);
        }

        return codes;
    }

    private static bool TryGetConcepts(JsonElement include, out JsonElement concepts)
    {
        concepts = default;
        return include.TryGetProperty("system", out var system)
            && R4Definitions.CodeSystem(system.GetString()!) is { } codeSystem
            && codeSystem.TryGetProperty("concept", out concepts);
    }

    private static void Add(HashSet<string> codes, JsonElement concepts)
    {
        foreach (var concept in concepts.EnumerateArray())
        {
            codes.Add(concept.GetProperty("code").GetString()!);
            if (concept.TryGetProperty("concept", out var children)) Add(codes, children);
        }
    }
}
