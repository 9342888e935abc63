using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Settings;

namespace FhirGateway.Sources;

/// <summary>One configured sender: its vendor's definition, and the site's keys and decisions.</summary>
public sealed class Source
{
    private readonly List<(ProofScheme Scheme, LiveSecrets Secrets)> _proofs;

    /// <param name="site">What all sources share; null for the defaults.</param>
    public Source(string name, SourceOptions options, VendorDefinition vendor, GatewaySettings? site = null)
    {
        site ??= new GatewaySettings();
        Settings = new SourceSettings(name, vendor.Name, options.Systems, options.Policies)
        {
            IdentifierBase = site.IdentifierBase,
            ClockTolerance = site.Receiving.ClockTolerance,
            Categories = [.. options.Categories.Select(Token).OfType<Identity>().Select(token => new Concept(token.System, token.Value))],
            Custodian = options.Custodian is { } custodian ? new Custodian(Named(custodian.Name), Token(custodian.Identifier)) : null,
        };
        Vendor = vendor;
        Options = options;
        _proofs = [.. vendor.Proofs.Where(proof => HasSecrets(options, proof))
            .Select(proof => (proof, new LiveSecrets(proof, KeysOf(options, proof))))];
    }

    /// <summary>A setting of the form <c>system|value</c>; null where it has another, or is not set.</summary>
    public static Identity? Token(string? text) =>
        text?.IndexOf('|', StringComparison.Ordinal) is { } at and > 0 && Uri.TryCreate(text[..at], UriKind.Absolute, out _)
            && !string.IsNullOrWhiteSpace(text[(at + 1)..])
            ? new Identity(text[..at], text[(at + 1)..])
            : null;

    private static string? Named(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();

    public string Name => Settings.Name;

    public VendorDefinition Vendor { get; }

    /// <summary>What reading and translating may know of the source: no secret.</summary>
    public SourceSettings Settings { get; }

    public SourceOptions Options { get; }

    /// <summary>Whether one of its proofs is a bearer token, which the program has to check.</summary>
    public bool TakesToken => _proofs.Exists(proof => proof.Scheme.TakesToken);

    /// <summary>The configured secrets of a proof.</summary>
    public static IEnumerable<string> KeysOf(SourceOptions options, ProofScheme proof) =>
        options.Keys.TryGetValue(proof.Name, out var keys) ? keys.Values.Where(key => !string.IsNullOrWhiteSpace(key)) : [];

    /// <summary>Whether a source holds what a proof needs: a secret, or an issuer of tokens.</summary>
    public static bool HasSecrets(SourceOptions options, ProofScheme proof) =>
        proof.TakesToken ? Token(options, proof) is not null : KeysOf(options, proof).Any();

    /// <summary>Who issues a source's tokens; null when neither an authority nor a key is configured.</summary>
    public static TokenOptions? Token(SourceOptions options, ProofScheme proof) =>
        options.Token is { Authority.Length: > 0 } token ? token
        : KeysOf(options, proof).Any() ? options.Token ?? new TokenOptions()
        : null;

    /// <summary>Whether the call satisfies every scheme the vendor documents, or one of those the source holds secrets for.</summary>
    public bool IsProvenBy(UnprovenCall call)
    {
        // Every proof is looked at, so that the time does not tell which of them failed.
        var proven = 0;
        foreach (var (scheme, secrets) in _proofs) proven += scheme.Holds(call, secrets) ? 1 : 0;

        // A source without a proof is refused when the gateway starts; it must not be open should that ever fail.
        if (_proofs.Count == 0) return false;
        return Vendor.ProofsNeeded == ProofsNeeded.Every ? proven == Vendor.Proofs.Count : proven > 0;
    }

    /// <summary>
    /// A text signed with the secret that proved a call: what a vendor asks for when it checks that an endpoint knows the secret. Null
    /// when no proof of the call signs anything.
    /// </summary>
    public string? Sign(UnprovenCall call, string text)
    {
        foreach (var (scheme, _) in _proofs)
        {
            foreach (var secret in KeysOf(Options, scheme))
            {
                if (scheme.Holds(call, new LiveSecrets(scheme, [secret])) && scheme.Echo(secret, text) is { } echo) return echo;
            }
        }

        return null;
    }
}
