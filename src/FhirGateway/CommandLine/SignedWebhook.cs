using System.Globalization;
using System.IdentityModel.Tokens.Jwt;
using System.Net.Http.Headers;
using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Sources.Proofs;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.CommandLine;

/// <summary>A webhook call as a vendor makes it, proven by the vendor's own schemes.</summary>
public static class SignedWebhook
{
    /// <param name="secretOf">The secret for a scheme, as a source's configuration holds it; null leaves that scheme out.</param>
    public static HttpRequestMessage Create(Uri url, VendorDefinition vendor, ReadOnlyMemory<byte> body, Func<ProofScheme, string?> secretOf, DateTimeOffset now)
    {
        var call = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var proof in vendor.ProofsNeeded == ProofsNeeded.Every ? vendor.Proofs : vendor.Proofs.Take(1))
        {
            if (secretOf(proof) is { } secret) Prove(call.Headers, proof, secret, body, now);
        }

        return call;
    }

    /// <summary>A bearer token of an hour, signed with a symmetric key (HS256).</summary>
    public static string Token(string key, DateTimeOffset now)
    {
        var credentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(key)), SecurityAlgorithms.HmacSha256);
        return new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(notBefore: now.UtcDateTime.AddMinutes(-1), expires: now.UtcDateTime.AddHours(1), signingCredentials: credentials));
    }

    private static void Prove(HttpRequestHeaders headers, ProofScheme proof, string secret, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        switch (proof)
        {
            case ApiKeyScheme apiKey:
                headers.Add(apiKey.Header, secret);
                break;
            case HmacScheme hmac:
                var timestamp = hmac.TimestampHeader is null ? "" : now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                if (hmac.TimestampHeader is { } header) headers.Add(header, timestamp);
                headers.TryAddWithoutValidation(hmac.Header, HmacProof.HeaderValue(hmac, secret, timestamp, body.Span));
                break;
            case BasicScheme:
                headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
                break;
            case BearerScheme:
                headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(secret, now));
                break;
            case StaticHeaderScheme when secret.Split(':', 2) is [var name, var value]:
                headers.TryAddWithoutValidation(name.Trim(), value.Trim());
                break;
        }
    }
}
