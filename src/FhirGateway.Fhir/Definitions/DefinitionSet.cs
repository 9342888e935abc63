using System.Collections.Concurrent;
using System.Text.Json;

namespace FhirGateway.Fhir.Definitions;

/// <summary>
/// All definitions one validator works with: R4's own, those of packages, and those added by hand. Parsed when first
/// asked for and kept; safe from any thread.
/// </summary>
/// <param name="find">Finds a definition's JSON in packages by canonical (<c>url</c> or <c>url|version</c>) and resource type; null without packages.</param>
public sealed class DefinitionSet(Func<string, string, byte[]?>? find = null)
{
    // Canonicals come from hostile instances too: what was not found is remembered only up to a number.
    private const int MaxRemembered = 20_000;

    private readonly ConcurrentDictionary<(string Type, string Canonical), JsonElement> _added = new();
    private readonly ConcurrentDictionary<(string Type, string Canonical), JsonElement?> _found = new();
    private readonly ConcurrentDictionary<string, Structure?> _structures = new(StringComparer.Ordinal);

    /// <summary>Adds a definition: it wins over the packages' and R4's of the same url. Add before the set is used.</summary>
    /// <exception cref="ArgumentException">It has no url.</exception>
    public void Add(JsonElement definition)
    {
        if (definition.Text("resourceType") is not { } type || definition.Text("url") is not { } url) throw new ArgumentException("A definition needs a resourceType and a url.", nameof(definition));
        definition = definition.Clone();
        _added[(type, url)] = definition;
        if (definition.Text("version") is { } version) _added[(type, url + "|" + version)] = definition;
        _found.Clear();
        _structures.Clear();
    }

    /// <summary>A profile, extension or type by canonical; null when unknown. A version that R4's own definition does not have is not found.</summary>
    public Structure? Structure(string canonical)
    {
        if (_structures.TryGetValue(canonical, out var structure)) return structure;
        structure = Resource("StructureDefinition", canonical) is { } json ? Definitions.Structure.Parse(json) : Core(canonical);
        if (_structures.Count < MaxRemembered) _structures[canonical] = structure;
        return structure;
    }

    /// <summary>A ValueSet resource by canonical; null when unknown.</summary>
    public JsonElement? ValueSet(string canonical) => Resource("ValueSet", canonical) ?? R4Definitions.ValueSet(WithoutVersion(canonical));

    /// <summary>A CodeSystem resource by canonical; null when unknown.</summary>
    public JsonElement? CodeSystem(string canonical) => Resource("CodeSystem", canonical) ?? R4Definitions.CodeSystem(WithoutVersion(canonical));

    /// <summary>A definition from packages or added by hand, such as a Questionnaire; null when unknown.</summary>
    public JsonElement? Resource(string type, string canonical)
    {
        if (_added.TryGetValue((type, canonical), out var added)) return added;
        if (_found.TryGetValue((type, canonical), out var known)) return known;
        var found = Load(type, canonical);
        if (_found.Count < MaxRemembered) _found[(type, canonical)] = found;
        return found;
    }

    /// <summary>The canonical without <c>|version</c> and fragment.</summary>
    public static string WithoutVersion(string canonical)
    {
        var end = canonical.AsSpan().IndexOfAny('|', '#');
        return end < 0 ? canonical : canonical[..end];
    }

    private JsonElement? Load(string type, string canonical)
    {
        if (find?.Invoke(canonical, type) is not { } bytes) return null;
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.Clone();
    }

    private static Structure? Core(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var structure = R4Definitions.Structure(bar < 0 ? canonical : canonical[..bar]);
        if (bar < 0 || structure is null) return structure;
        var version = canonical.AsSpan(bar + 1);
        return "4.0.1".AsSpan().StartsWith(version, StringComparison.Ordinal) || structure.Version == version ? structure : null;
    }
}
