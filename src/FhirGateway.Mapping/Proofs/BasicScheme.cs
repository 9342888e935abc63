using System.Net.Http.Headers;
using System.Text;

namespace FhirGateway.Mapping.Proofs;

/// <summary>HTTP Basic (RFC 7617); a secret is <c>user:password</c>.</summary>
public sealed record BasicScheme(string Name) : ProofScheme(Name)
{
    public override string InWords => $"HTTP Basic (secret `{Name}`)";

    public override bool Holds(UnprovenCall call, LiveSecrets secrets) =>
        call.Only("Authorization") is { } header && CredentialsIn(header) is { } credentials && secrets.Has(credentials);

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        [("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))}")];

    public override string? FlawOf(string secret) =>
        secret.Split(':', 2) is [{ Length: > 0 }, { Length: > 0 }] ? base.FlawOf(secret) : "is not of the form \"user:password\".";

    public override string SecretOf(string random) => "demo:" + random;

    private static string? CredentialsIn(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var parsed)
            || !string.Equals(parsed.Scheme, "Basic", StringComparison.OrdinalIgnoreCase)
            || parsed.Parameter is null) return null;
        var bytes = new byte[parsed.Parameter.Length];
        return Convert.TryFromBase64String(parsed.Parameter, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}

public static partial class By
{
    /// <summary>HTTP Basic.</summary>
    public static ProofScheme Basic(string name = "basic") => new BasicScheme(name);
}
