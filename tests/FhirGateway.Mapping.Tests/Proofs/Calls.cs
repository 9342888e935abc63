using System.Globalization;
using System.Text;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mapping.Tests.Proofs;

/// <summary>Webhook calls for the tests of proofs.</summary>
internal static class Calls
{
    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2024-10-15T12:00:03Z", CultureInfo.InvariantCulture);

    public static UnprovenCall With(string body, params (string Name, string Value)[] headers) => new(
        headers.ToLookup(
            header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body), Now);

    /// <summary>A call as its sender makes it.</summary>
    public static UnprovenCall Signed(this ProofScheme scheme, string secret, string body, DateTimeOffset? at = null) =>
        With(body, [.. scheme.Sign(secret, Encoding.UTF8.GetBytes(body), at ?? Now)]);

    public static bool IsProven(this ProofScheme scheme, UnprovenCall call, params string[] secrets) =>
        scheme.Holds(call, new LiveSecrets(scheme, secrets));
}
