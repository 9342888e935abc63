using FhirGateway.Settings;
using FhirGateway.Mapping;
using FhirGateway.Sources.Proofs;

namespace FhirGateway.Sources;

/// <summary>One configured sender: its vendor's definition, and the site's keys and decisions.</summary>
public sealed class Source
{
    private readonly Dictionary<string, LiveSecrets> _secrets;

    public Source(string name, SourceOptions options, VendorDefinition vendor)
    {
        Settings = new SourceSettings(name, vendor.Name, options.Systems, options.Policies);
        Vendor = vendor;
        Options = options;
        Proofs = [.. vendor.Proofs.Where(proof => proof is BearerScheme ? Token(options, proof) is not null : KeysOf(options, proof).Any())];
        _secrets = Proofs.ToDictionary(proof => proof.Name, proof => new LiveSecrets(KeysOf(options, proof).Select(key => AsPresented(proof, key))));
    }

    public string Name => Settings.Name;

    public VendorDefinition Vendor { get; }

    /// <summary>What reading and translating may know of the source: no secret.</summary>
    public SourceSettings Settings { get; }

    public SourceOptions Options { get; }

    /// <summary>The vendor's proofs that this source holds secrets for.</summary>
    public IReadOnlyList<ProofScheme> Proofs { get; }

    public LiveSecrets SecretsOf(ProofScheme proof) => _secrets[proof.Name];

    /// <summary>The configured secrets of a proof.</summary>
    public static IEnumerable<string> KeysOf(SourceOptions options, ProofScheme proof) =>
        options.Keys.TryGetValue(proof.Name, out var keys) ? keys.Values.Where(key => !string.IsNullOrWhiteSpace(key)) : [];

    /// <summary>Who issues a source's tokens; null when neither an authority nor a key is configured.</summary>
    public static TokenOptions? Token(SourceOptions options, ProofScheme proof) =>
        options.Token is { Authority.Length: > 0 } token ? token : KeysOf(options, proof).Any() ? options.Token ?? new TokenOptions() : null;

    private static string AsPresented(ProofScheme proof, string key) =>
        proof is StaticHeaderScheme && key.Split(':', 2) is [var name, var value] ? SourceAuthentication.StaticHeader(name.Trim(), value) : key;
}
