using System.Text;
using System.Text.Json;
using FhirGateway.Testing;

namespace FhirGateway.Oracles.Tests;

/// <summary>A resource to be judged.</summary>
internal sealed record Sample(string Name, byte[] Json)
{
    /// <summary>
    /// What this product sends and publishes: every bundle that a vendor's sample is expected to become, and the resources of our package.
    /// </summary>
    public static IReadOnlyList<Sample> Ours() => [.. Bundles(), .. Published()];

    /// <summary>
    /// The bundles with a code that the oracles know in place of AIAST, which is newer than their copies of its code system:
    /// left in, every one of them would be invalid to both before it is broken.
    /// </summary>
    public static IReadOnlyList<Sample> ToBreak() =>
        [.. Bundles().Select(sample => sample with { Json = Known(sample.Json) })];

    private static byte[] Known(byte[] json) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("AIAST", "CLINAST", StringComparison.Ordinal));

    private static IEnumerable<Sample> Bundles()
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

    private static IEnumerable<Sample> Published() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "profiles"), "*.json").Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file) != "package.json")
            .Select(file => new Sample("profiles/" + Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)));
}
