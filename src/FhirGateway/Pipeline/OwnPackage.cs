using System.Text.Json;

namespace FhirGateway.Pipeline;

/// <summary>
/// The FHIR package that this gateway publishes (<c>profiles/</c>), as the program carries it: always there, and never fetched.
/// </summary>
public static class OwnPackage
{
    /// <summary>What a transaction of the gateway conforms to; the bundle itself, which nobody stores, doesn't say so.</summary>
    public const string Transaction = "urn:fhir-gateway:profile:transaction";

    private const string Canonical = "urn:fhir-gateway:";
    private const string Folder = "profiles/";

    private static readonly Lazy<Dictionary<(string Type, string Url), byte[]>> Definitions = new(Read);

    /// <summary>
    /// A definition's JSON by canonical, with or without the package's version, and resource type; null when it is not ours.
    /// </summary>
    public static byte[]? Find(string canonical, string type) =>
        canonical.StartsWith(Canonical, StringComparison.Ordinal) ? Definitions.Value.GetValueOrDefault((type, canonical)) : null;

    private static Dictionary<(string Type, string Url), byte[]> Read()
    {
        var definitions = new Dictionary<(string Type, string Url), byte[]>();
        var assembly = typeof(OwnPackage).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            var definition = JsonElement.Parse(json);
            var (type, url) = (Destination.Json.Text(definition, "resourceType")!, Destination.Json.Text(definition, "url")!);
            definitions[(type, url)] = json;
            definitions[(type, $"{url}|{Destination.Json.Text(definition, "version")}")] = json;
        }

        return definitions;
    }
}
