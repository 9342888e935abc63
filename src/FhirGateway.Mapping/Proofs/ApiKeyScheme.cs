namespace FhirGateway.Mapping.Proofs;

/// <summary>A shared key sent as it is in a header.</summary>
public sealed record ApiKeyScheme(string Name, string Header) : ProofScheme(Name)
{
    public override string InWords => $"API key in `{Header}` (secret `{Name}`)";

    public override bool Holds(UnprovenCall call, LiveSecrets secrets) => call.Only(Header) is { } key && secrets.Has(key);

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        [(Header, secret)];
}

/// <summary>The schemes by their short names, for vendor definitions. Each scheme's file adds its own.</summary>
public static partial class By
{
    /// <summary>A shared key sent as it is in a header.</summary>
    public static ProofScheme ApiKey(string header, string name = "apiKey") => new ApiKeyScheme(name, header);
}
