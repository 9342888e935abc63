using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;

namespace FhirGateway.Validation.Definitions;

/// <summary>
/// What the base specification of FHIR R4 (4.0.1) publishes beside its types: profiles, extensions and terminology. Embedded,
/// loaded when first asked for, one definition at a time; safe from any thread.
/// </summary>
public static class R4Definitions
{
    private static readonly Lazy<JsonLines<Structure>> Profiles = new(() => new("profiles.ndjson", FhirPath.Types.Structure.Parse));
    private static readonly Lazy<JsonLines<JsonBox>> CodeSystems = new(() => new("code-systems.ndjson", json => new JsonBox(json)));
    private static readonly Lazy<JsonLines<JsonBox>> ValueSets = new(() => new("value-sets.ndjson", json => new JsonBox(json)));

    /// <summary>Canonical urls of the profiles and extensions that the base specification publishes.</summary>
    public static IReadOnlyCollection<string> ProfileUrls => Profiles.Value.Urls;

    /// <summary>Canonical urls of the base specification's value sets, v2 and v3 included.</summary>
    public static IReadOnlyCollection<string> ValueSetUrls => ValueSets.Value.Urls;

    /// <summary>Canonical urls of the base specification's code systems, v2 and v3 included.</summary>
    public static IReadOnlyCollection<string> CodeSystemUrls => CodeSystems.Value.Urls;

    /// <summary>
    /// A core type, or a profile or extension of the base specification, by canonical url without version; null when unknown.
    /// </summary>
    public static Structure? Structure(string url) => R4Types.Find(url) ?? Profiles.Value.Find(url);

    /// <summary>The CodeSystem resource of a system's url, without prose; null when R4 does not carry it.</summary>
    public static JsonElement? CodeSystem(string url) => CodeSystems.Value.Find(url)?.Json;

    /// <summary>The ValueSet resource of a canonical url without version, without prose; null when R4 does not carry it.</summary>
    public static JsonElement? ValueSet(string url) => ValueSets.Value.Find(url)?.Json;

    private sealed record JsonBox(JsonElement Json);
}
