using System.Collections.Concurrent;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Types;

/// <summary>
/// The types of FHIR R4 (4.0.1) as HL7 defines them: resources, datatypes and primitives. Embedded, loaded when first asked
/// for, one type at a time; safe from any thread.
/// </summary>
public static class R4Types
{
    /// <summary>What a core type's name is appended to, to make its canonical url.</summary>
    public const string CoreBase = "http://hl7.org/fhir/StructureDefinition/";

    private static readonly Lazy<JsonLines<Structure>> File = new(() => new("types.ndjson", Structure.Parse));
    private static readonly ConcurrentDictionary<string, Dictionary<string, JsonElement>> Elements = new(StringComparer.Ordinal);
    private static readonly Lazy<IReadOnlyList<string>> Resources = new(() =>
        [.. TypeNames.Where(
            name => Type(name) is { Kind: StructureKind.Resource, IsAbstract: false, IsConstraint: false }).Order(StringComparer.Ordinal)]);

    /// <summary>Names of all types R4 defines: resources, datatypes and primitives, abstract ones too.</summary>
    public static IEnumerable<string> TypeNames => File.Value.Urls.Select(url => url[CoreBase.Length..]);

    /// <summary>Names of the concrete resource types. The first call parses all types: not for a hot start.</summary>
    public static IReadOnlyList<string> ResourceTypes => Resources.Value;

    /// <summary>A type by its name (<c>Patient</c>, <c>HumanName</c>, <c>code</c>); null when R4 has none of that name.</summary>
    public static Structure? Type(string name) => Find(CoreBase + name);

    /// <summary>A type by its canonical url without version; null when R4 has none.</summary>
    public static Structure? Find(string url) => File.Value.Find(url);

    /// <summary>
    /// Whether <paramref name="type"/> is <paramref name="ancestor"/> or specializes it (Patient is a DomainResource; code is a string).
    /// </summary>
    public static bool IsSubtypeOf(string type, string ancestor)
    {
        for (var current = type; ;)
        {
            if (current == ancestor) return true;
            if (Type(current)?.BaseDefinition is not { } parent || !parent.StartsWith(CoreBase, StringComparison.Ordinal)) return false;
            current = parent[CoreBase.Length..];
        }
    }

    /// <summary>The ElementDefinition of a type's element by path, without prose; null when R4 has none.</summary>
    internal static JsonElement? ElementDefinition(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var type = dot < 0 ? path : path[..dot];
        if (!Elements.TryGetValue(type, out var elements))
        {
            if (File.Value.Json(CoreBase + type)?.Member("snapshot") is not { } snapshot) return null;
            elements = Elements.GetOrAdd(
                type, snapshot.Items("element").ToDictionary(element => element.Text("path")!, StringComparer.Ordinal));
        }

        return elements.TryGetValue(path, out var found) ? found : null;
    }
}
