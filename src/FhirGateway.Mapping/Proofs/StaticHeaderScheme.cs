using System.Text;

namespace FhirGateway.Mapping.Proofs;

/// <summary>A header whose name, too, is agreed with the site; a secret is <c>Header-Name: value</c>.</summary>
public sealed record StaticHeaderScheme(string Name) : ProofScheme(Name)
{
    public override string InWords => $"a header agreed with the site (secret `{Name}`)";

    // The header's name is the site's own, so it is part of the secret: every header of the call is a candidate.
    public override bool Holds(UnprovenCall call, LiveSecrets secrets)
    {
        var found = false;
        foreach (var header in call.Headers)
        {
            foreach (var value in header) found |= secrets.Has(Spelled(header.Key, value));
        }

        return found;
    }

    public override IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        secret.Split(':', 2) is [var name, var value] ? [(name.Trim(), value.Trim())] : [];

    public override string? FlawOf(string secret) =>
        secret.Split(':', 2) is [{ Length: > 0 }, { Length: > 0 }] ? base.FlawOf(secret) : "is not of the form \"Header-Name: value\".";

    public override byte[] KeyOf(string secret) =>
        Encoding.UTF8.GetBytes(secret.Split(':', 2) is [var name, var value] ? Spelled(name.Trim(), value) : secret);

    public override string SecretOf(string random) => "X-Demo-Key: " + random;

    // The name without regard to case.
    private static string Spelled(string name, string value) => $"{name.ToLowerInvariant()}: {value.Trim()}";
}

public static partial class By
{
    /// <summary>A header whose name, too, is agreed with the site.</summary>
    public static ProofScheme StaticHeader(string name = "header") => new StaticHeaderScheme(name);
}
