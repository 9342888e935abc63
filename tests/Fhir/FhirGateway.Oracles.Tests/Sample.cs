using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Testing;

namespace FhirGateway.Oracles.Tests;

/// <summary>A resource to be judged.</summary>
internal sealed record Sample(string Name, byte[] Json)
{
    private const string UsCoreDocument = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference";

    // Documents that a records network only names have no content, and can't conform.
    private static readonly string[] WithContent = ["ai-note-document", "patient-intake-document", "retrieval-status-note"];

    /// <summary>What this product publishes: the resources of its packages, and their examples.</summary>
    public static IEnumerable<Sample> Published() =>
        from folder in new[] { "profiles", "profiles/example", "profiles/terminology" }
        from file in Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.json").Order(StringComparer.Ordinal)
        where Path.GetFileName(file) != "package.json"
        select new Sample($"{folder}/{Path.GetFileNameWithoutExtension(file)}", File.ReadAllBytes(file));

    /// <summary>The documents of the bundles that US Core has rules for, each claiming its profile.</summary>
    public static IReadOnlyList<Sample> ForUsCore() =>
    [
        .. from bundle in Bundles()
           from entry in JsonNode.Parse(bundle.Json)!["entry"]!.AsArray()
           let profiles = entry!["resource"]!["meta"]?["profile"]?.AsArray()
           where profiles is not null && WithContent.Contains(profiles[0]!.GetValue<string>().Split(':')[^1])
           select new Sample($"{bundle.Name} as US Core's", Claiming(entry["resource"]!, profiles)),
    ];

    /// <summary>What this product sends: every bundle that a vendor's sample is expected to become.</summary>
    public static IEnumerable<Sample> Bundles()
    {
        var mappings = Path.Combine(Repository.Root, "mappings");
        foreach (var file in Directory.GetFiles(mappings, "*.expected.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetDirectoryName(file) is not { } folder || Path.GetFileName(folder) != "samples") continue;
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = json.RootElement;
            var bundles = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root];
            var name = $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(file).Split('.')[0]}";
            for (var i = 0; i < bundles.Length; i++)
            {
                if (bundles[i].ValueKind != JsonValueKind.Object || !bundles[i].TryGetProperty("resourceType", out _)) continue;
                yield return new Sample(bundles.Length == 1 ? name : $"{name}[{i}]", Encoding.UTF8.GetBytes(bundles[i].GetRawText()));
            }
        }
    }

    private static byte[] Claiming(JsonNode document, JsonArray profiles)
    {
        profiles.Add(UsCoreDocument);
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }
}
