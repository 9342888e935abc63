using System.Globalization;
using System.Text;
using FhirGateway.Mapping.Proofs;
using Microsoft.AspNetCore.Http;
using StandardWebhooks;

namespace FhirGateway.Tests.Sources.Proofs;

/// <summary>
/// Standard Webhooks as the gateway speaks it, against the specification's library for .NET (which reads one signature only).
/// </summary>
public sealed class StandardWebhooksLibraryTests
{
    private const string Body = """{"note":"slept well"}""";
    private static readonly ProofScheme Scheme = By.StandardWebhooks();
    private static readonly string Secret = Scheme.SecretOf("the-secret-of-this-test");

    [Fact]
    public void What_is_signed_here_the_library_takes()
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in Scheme.Sign(Secret, Encoding.UTF8.GetBytes(Body), TimeProvider.System.GetUtcNow()))
        {
            headers[name] = value;
        }

        new StandardWebhook(Secret).Verify(Body, headers);

        Assert.ThrowsAny<Exception>(() => new StandardWebhook(Secret).Verify(Body + " ", headers));
    }

    [Fact]
    public void What_the_library_signs_holds_here()
    {
        var now = TimeProvider.System.GetUtcNow();
        (string Name, string Value)[] headers =
        [
            ("webhook-id", "msg_1"),
            ("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", new StandardWebhook(Secret).Sign("msg_1", now, Body)),
        ];
        var call = new UnprovenCall(headers.ToLookup(header => header.Name, header => header.Value), Encoding.UTF8.GetBytes(Body), now);

        Assert.True(Scheme.Holds(call, new LiveSecrets(Scheme, [Secret])));
    }
}
