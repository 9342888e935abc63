using System.Collections.Concurrent;
using System.Text.Json;

namespace FhirGateway.Fhir.Definitions;

/// <summary>
/// FHIR R4 (4.0.1) as HL7 defines it: types, the base specification's profiles and extensions, search parameters and
/// terminology. Embedded, loaded when first asked for, one definition at a time; safe from any thread.
/// </summary>
public static class R4Definitions
{
    /// <summary>What a core type's name is appended to, to make its canonical url.</summary>
    public const string CoreBase = "http://hl7.org/fhir/StructureDefinition/";

    private static readonly Lazy<DefinitionFile<Structure>> Types = new(() => new("types.ndjson", Definitions.Structure.Parse));
    private static readonly Lazy<DefinitionFile<Structure>> Profiles = new(() => new("profiles.ndjson", Definitions.Structure.Parse));
    private static readonly Lazy<DefinitionFile<SearchParameterDefinition>> Parameters = new(() => new("search-parameters.ndjson", SearchParameterDefinition.Parse));
    private static readonly Lazy<DefinitionFile<JsonBox>> CodeSystems = new(() => new("code-systems.ndjson", json => new JsonBox(json)));
    private static readonly Lazy<DefinitionFile<JsonBox>> ValueSets = new(() => new("value-sets.ndjson", json => new JsonBox(json)));
    private static readonly ConcurrentDictionary<string, Dictionary<string, JsonElement>> ElementsOfTypes = new(StringComparer.Ordinal);
    private static readonly Lazy<SearchParameterIndex> Searches = new(() => new SearchParameterIndex(Parameters.Value));
    private static readonly Lazy<IReadOnlyList<string>> Resources = new(() =>
        [.. TypeNames.Where(name => Type(name) is { Kind: StructureKind.Resource, IsAbstract: false, IsConstraint: false }).Order(StringComparer.Ordinal)]);

    /// <summary>Names of all types R4 defines: resources, datatypes and primitives, abstract ones too.</summary>
    public static IEnumerable<string> TypeNames => Types.Value.Urls.Select(url => url[CoreBase.Length..]);

    /// <summary>Names of the concrete resource types. Parses all types at the first call: not for a hot start.</summary>
    public static IReadOnlyList<string> ResourceTypes => Resources.Value;

    /// <summary>Canonical urls of the profiles and extensions that the base specification publishes.</summary>
    public static IReadOnlyCollection<string> ProfileUrls => Profiles.Value.Urls;

    /// <summary>Canonical urls of the base specification's value sets, v2 and v3 included.</summary>
    public static IReadOnlyCollection<string> ValueSetUrls => ValueSets.Value.Urls;

    /// <summary>Canonical urls of the base specification's code systems, v2 and v3 included.</summary>
    public static IReadOnlyCollection<string> CodeSystemUrls => CodeSystems.Value.Urls;

    /// <summary>A core type by its name (<c>Patient</c>, <c>HumanName</c>, <c>code</c>); null when R4 has none of that name.</summary>
    public static Structure? Type(string name) => Types.Value.Find(CoreBase + name);

    /// <summary>A core type, or a profile or extension of the base specification, by canonical url without version; null when unknown.</summary>
    public static Structure? Structure(string url) => Types.Value.Find(url) ?? Profiles.Value.Find(url);

    /// <summary>The CodeSystem resource of a system's url, without prose; null when R4 does not carry it.</summary>
    public static JsonElement? CodeSystem(string url) => CodeSystems.Value.Find(url)?.Json;

    /// <summary>The ValueSet resource of a canonical url without version, without prose; null when R4 does not carry it.</summary>
    public static JsonElement? ValueSet(string url) => ValueSets.Value.Find(url)?.Json;

    /// <summary>The search parameters of a resource type by code, those it has from Resource and DomainResource included.</summary>
    public static IReadOnlyDictionary<string, SearchParameterDefinition> SearchParameters(string resourceType) => Searches.Value.For(resourceType);

    /// <summary>A search parameter by its canonical url; null when unknown.</summary>
    public static SearchParameterDefinition? SearchParameter(string url) => Parameters.Value.Find(url);

    /// <summary>Whether <paramref name="type"/> is <paramref name="ancestor"/> or specializes it (Patient is a DomainResource; code is a string).</summary>
    public static bool IsSubtypeOf(string type, string ancestor)
    {
        for (var current = type; ;)
        {
            if (current == ancestor) return true;
            if (Type(current)?.BaseDefinition is not { } parent || !parent.StartsWith(CoreBase, StringComparison.Ordinal)) return false;
            current = parent[CoreBase.Length..];
        }
    }

    /// <summary>The ElementDefinition of a core type's element by path, without prose; null when R4 has none.</summary>
    internal static JsonElement? ElementDefinition(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var type = dot < 0 ? path : path[..dot];
        if (!ElementsOfTypes.TryGetValue(type, out var elements))
        {
            if (Types.Value.Json(CoreBase + type)?.Member("snapshot") is not { } snapshot) return null;
            elements = ElementsOfTypes.GetOrAdd(type, snapshot.Items("element").ToDictionary(element => element.Text("path")!, StringComparer.Ordinal));
        }

        return elements.TryGetValue(path, out var found) ? found : null;
    }

    private sealed record JsonBox(JsonElement Json);
}
