using System.Net.Http.Headers;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.CommandLine;

/// <summary>A webhook call as a vendor makes it, proven by the vendor's own schemes.</summary>
public static class SignedWebhook
{
    /// <param name="secretOf">The secret for a scheme, as a source's configuration holds it; null leaves that scheme out.</param>
    public static HttpRequestMessage Create(
        Uri url, VendorDefinition vendor, ReadOnlyMemory<byte> body, Func<ProofScheme, string?> secretOf, DateTimeOffset now)
    {
        var call = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var proof in vendor.ProofsNeeded == ProofsNeeded.Every ? vendor.Proofs : vendor.Proofs.Take(1))
        {
            if (secretOf(proof) is not { } secret) continue;
            foreach (var (name, value) in proof.Sign(secret, body, now)) call.Headers.TryAddWithoutValidation(name, value);
        }

        return call;
    }
}
