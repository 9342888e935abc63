using System.Text;
using System.Text.Json;

namespace FhirGateway.Generator.Languages;

/// <summary>
/// Writes the table of language subtags that FhirGateway.Validation embeds, from IANA's Language Subtag Registry (RFC 5646): per line a
/// type
/// and those of its subtags that begin with the same letter, all in lower case, deprecated ones too (they stay valid).
/// </summary>
public static class LanguagesGenerator
{
    /// <summary>The registry as JSON, dedicated to the public domain (CC0-1.0).</summary>
    public static readonly NpmPackage Source = new(
        "language-subtag-registry", "0.4.2", "774cdc2201cb4f0d7c67c181ddfde2b0af19ea63396c4d0998611bcce46c0bb91e3b07b9131e627c05019477b2"
            + "ecfef2115143cb1407379f88fe808a2870096a");

    private static readonly string[] Types = ["language", "extlang", "script", "region", "variant", "grandfathered"];

    /// <summary>The file of src/Fhir/FhirGateway.Validation/Terminology/Languages.</summary>
    public static IReadOnlyList<GeneratedFile> Generate(IReadOnlyDictionary<string, byte[]> package)
    {
        using var registry = JsonDocument.Parse(package["data/json/registry.json"]);
        using var meta = JsonDocument.Parse(package["data/json/meta.json"]);
        var text = new StringBuilder($"# IANA Language Subtag Registry of {meta.RootElement.GetProperty("File-Date").GetString()}, from "
            + $"npm {Source.Name} {Source.Version} (CC0-1.0)\n");
        foreach (var type in Types)
        {
            var subtags = registry.RootElement.EnumerateArray()
                .Where(record => record.GetProperty("Type").GetString() == type)
                .SelectMany(
                    record => Expand(record.GetProperty(type == "grandfathered" ? "Tag" : "Subtag").GetString()!.ToLowerInvariant()))
                .Order(StringComparer.Ordinal);
            foreach (var line in subtags.GroupBy(subtag => subtag[0])) text.Append($"{type} {string.Join(' ', line)}\n");
        }

        return [new GeneratedFile("src/Fhir/FhirGateway.Validation/Terminology/Languages/subtags.txt", text.ToString())];
    }

    // Private-use subtags are ranges of letters: qaa..qtz.
    private static IEnumerable<string> Expand(string subtag)
    {
        if (subtag.Split("..") is not [var first, var last]) return [subtag];
        return Between(first, last);
    }

    private static IEnumerable<string> Between(string first, string last)
    {
        for (var current = first.ToCharArray(); ; Increment(current))
        {
            yield return new string(current);
            if (current.AsSpan().SequenceEqual(last)) yield break;
        }
    }

    private static void Increment(char[] letters)
    {
        for (var i = letters.Length - 1; ++letters[i] > 'z'; i--) letters[i] = 'a';
    }
}
