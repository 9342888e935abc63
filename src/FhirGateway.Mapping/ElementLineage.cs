using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Mapping.Docs;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping;

/// <summary>Where an element of a bundle came from; what lies below it came from there, too.</summary>
/// <param name="Entry">The bundle's entry, from 0.</param>
/// <param name="Path">FHIRPath of the element inside the entry's resource.</param>
/// <param name="Source">RFC 6901 pointer into the message; null for what is written whatever the message holds.</param>
/// <param name="Action">What the rule does, as in the vendor's table: <c>→</c>, <c>always</c>, <c>section</c>…</param>
/// <param name="How">The rule in words.</param>
/// <param name="Because">Why it is so; null where the rule gives no reason.</param>
public sealed partial record ElementLineage(int Entry, string Path, string? Source, string Action, string How, string? Because)
{
    /// <summary>FHIRPath of the element inside the bundle.</summary>
    public string Target => $"Bundle.entry[{Entry}].resource{(Path.Length == 0 ? "" : "." + Path)}";

    /// <summary>
    /// All elements of all resources of a translation, in the order of the bundle: by the rule that wrote each, else by what the gateway
    /// writes itself (<see cref="FramePage"/>). Empty where nothing is to be sent.
    /// </summary>
    public static IReadOnlyList<ElementLineage> Of(Translation translation)
    {
        if (translation.Bundle is not { } bundle) return [];
        var rules = translation.Lineage.ToLookup(each => (each.Entry, AsJson(each.Path)));
        var entries = JsonElement.Parse(ResourceJson.Write(bundle)).GetProperty("entry");
        return [.. Enumerable.Range(0, entries.GetArrayLength()).SelectMany(at => Of(entries[at].GetProperty("resource"), at, rules))];
    }

    private static IEnumerable<ElementLineage> Of(JsonElement resource, int entry, ILookup<(int, string), LineageEntry> rules)
    {
        var type = resource.GetProperty("resourceType").GetString()!;
        return Leaves(resource, "").SelectMany(path => Of(type, entry, path, rules)).Distinct();
    }

    /// <summary>By the rules for the nearest element around a leaf that has one.</summary>
    private static List<ElementLineage> Of(string type, int entry, string leaf, ILookup<(int, string), LineageEntry> rules)
    {
        for (var path = leaf; path.Length > 0; path = Outer(path))
        {
            var here = rules[(entry, path)].Concat(rules[(entry, Indexes().Replace(path, ""))]).Distinct();
            var written = here.Select(each =>
                new ElementLineage(entry, each.Path, each.Source, each.Row.Action, each.Row.How, each.Row.Because)).ToList();
            if (written.Count > 0) return written;
        }

        for (var path = Indexes().Replace(leaf, ""); ; path = Outer(path))
        {
            if (FramePage.Rows.FirstOrDefault(row => row.Path == path && (row.Resource == type || row.Resource == "*")) is { } row)
                return [new ElementLineage(entry, path, null, "always", row.What, null)];
            if (path.Length == 0) return [new ElementLineage(entry, leaf, null, "", "", null)];
        }
    }

    private static IEnumerable<string> Leaves(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Where(each => each.Name != "resourceType")
            .SelectMany(each => Leaves(each.Value, path.Length == 0 ? each.Name : $"{path}.{each.Name}")),
        JsonValueKind.Array => json.EnumerateArray().SelectMany((each, i) => Leaves(each, $"{path}[{i}]")),
        _ => [path],
    };

    // section[0].text, section[0], section, nothing.
    private static string Outer(string path) => path.LastIndexOfAny(['.', '[']) is var end and > 0 ? path[..end] : "";

    // An element of several types has its type's name in JSON, and a function in FHIRPath.
    private static string AsJson(string fhirPath) =>
        OfType().Replace(fhirPath, type => char.ToUpperInvariant(type.Groups[1].Value[0]) + type.Groups[1].Value[1..]);

    [GeneratedRegex(@"\.ofType\((\w+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex OfType();

    [GeneratedRegex(@"\[\d+\]", RegexOptions.CultureInvariant)]
    private static partial Regex Indexes();
}
