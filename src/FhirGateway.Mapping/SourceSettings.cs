using FhirGateway.Mapping.Codes;

namespace FhirGateway.Mapping;

/// <summary>One configured sender, as far as reading and translating its messages needs it. Holds no secret.</summary>
/// <param name="Name">The source's name: the last part of its webhook's URL.</param>
/// <param name="Vendor">Name of its <see cref="VendorDefinition"/>.</param>
/// <param name="Systems">
/// Identifier system per kind of thing ("Patient", "Encounter", "Appointment", "Practitioner", "Document"…) as the site's FHIR server
/// knows them.
/// </param>
/// <param name="Policies">The site's decisions where a vendor leaves one open, such as "unknownAppointment" → "park".</param>
public sealed record SourceSettings(
    string Name,
    string Vendor,
    IReadOnlyDictionary<string, string> Systems,
    IReadOnlyDictionary<string, string> Policies)
{
    /// <summary>The kinds of a site's own resources that messages refer to: a source may name the identifier system of each.</summary>
    public static IReadOnlyList<string> SiteKinds { get; } = ["Patient", "Encounter", "Appointment", "Practitioner"];

    /// <summary>Settings that leave everything to the defaults.</summary>
    public static SourceSettings Default(string name, string vendor) =>
        new(name, vendor, new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>The URI under which the site's gateway names what it writes; null for a URN that is the same at every site.</summary>
    public string? IdentifierBase { get; init; }

    /// <summary>How far a sender's clock may be ahead of ours: a time beyond it orders nothing.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Categories that its documents get beside those of their mapping.</summary>
    public IReadOnlyList<Concept> Categories { get; init; } = [];

    /// <summary>Who keeps its notes; null for an organisation of the source's own name.</summary>
    public Custodian? Custodian { get; init; }

    /// <summary>
    /// The identifier system for a kind of thing: as configured, else <see cref="OwnSystemOf"/>, which is
    /// unambiguous but matches nothing on a server until somebody files identifiers under it.
    /// </summary>
    public string SystemOf(string kind) => Systems.TryGetValue(kind, out var system) ? system : OwnSystemOf(kind);

    /// <summary>
    /// The system of the identifiers that the gateway itself gives to what it writes for this source: <c>{base}/{source}/{kind}</c>, or
    /// <c>urn:fhir-gateway:{source}:{kind}</c>. Nobody else names anything in it, so that a write on such an identifier finds only what
    /// this source's messages made.
    /// </summary>
    public string OwnSystemOf(string kind) =>
        IdentifierBase is { Length: > 0 } site ? $"{site.TrimEnd('/')}/{Name}/{Words.Kebab(kind)}" : FirstOwnSystemOf(kind);

    /// <summary>The system in which the first release named a kind of thing.</summary>
    public string FormerSystemOf(string kind) => Systems.TryGetValue(kind, out var system) ? system : FirstOwnSystemOf(kind);

    /// <summary>
    /// The same system whatever <see cref="IdentifierBase"/> is: one of the gateway's own as the first release named it, any other as it
    /// is. What the ledger must find again after a site has changed its base is named by it.
    /// </summary>
    public string WithoutBase(string system) =>
        IdentifierBase is { Length: > 0 } && OwnSystemOf("") is var own && system.StartsWith(own, StringComparison.Ordinal)
            ? FirstOwnSystemOf("") + system[own.Length..]
            : system;

    /// <summary>
    /// The URI of one of its messages, as <c>meta.source</c> names it: HAPI keeps a fragment of its own there, so the message is none.
    /// </summary>
    public string UriOf(string messageId) =>
        OwnSystemOf("message") is var system && system.StartsWith("urn:", StringComparison.Ordinal)
            ? $"{system}:{messageId}"
            : $"{system}/{messageId}";

    private string FirstOwnSystemOf(string kind) => $"urn:fhir-gateway:{Name}:{Words.Kebab(kind)}";

    /// <summary>The site's decision, or the vendor's default where the site made none.</summary>
    public string PolicyOf(string name, string otherwise) => Policies.TryGetValue(name, out var value) ? value : otherwise;
}

/// <summary>The organisation that keeps a source's notes.</summary>
/// <param name="Name">What people call it; null for the source's own name.</param>
/// <param name="Identity">
/// The site's own Organization: it is referred to, and must be there. Null: the gateway makes one of that name.
/// </param>
public sealed record Custodian(string? Name, Identity? Identity);
