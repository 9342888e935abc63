using System.Text.Json;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Testing;

namespace FhirGateway.Mapping.Tests.Proofs;

/// <summary>Standard Webhooks against the specification's own vectors.</summary>
public sealed class StandardWebhooksTests
{
    private const string Vectors = "conformance/standard-webhooks/vectors.json";
    private static readonly StandardWebhooksScheme Scheme = (StandardWebhooksScheme)By.StandardWebhooks();

    [SharedFact(Vectors)]
    public void The_published_signature_holds()
    {
        var (secret, call, signature) = Published();
        var signs = Scheme.Sign(secret, call.Body, call.Now).Single(header => header.Name == "webhook-timestamp").Value;

        Assert.Equal(call.Only("webhook-timestamp"), signs);
        Assert.True(Scheme.IsProven(With(call, signature), secret));
    }

    [SharedFact(Vectors)]
    public void No_other_signature_holds_alone_and_the_right_one_holds_wherever_it_stands()
    {
        var (secret, call, signature) = Published();
        var wrong = Root().GetProperty("negative").EnumerateArray().Select(each => each.GetProperty("signature").GetString()!).ToList();
        Assert.Equal(2, wrong.Count);

        foreach (var other in wrong)
        {
            Assert.False(Scheme.IsProven(With(call, other), secret));
            Assert.True(Scheme.IsProven(With(call, $"{other} {signature}"), secret));
            Assert.True(Scheme.IsProven(With(call, $"v2,{signature[3..]} {signature} {other}"), secret));
        }

        Assert.False(Scheme.IsProven(With(call, "v2," + signature[3..]), secret));
    }

    [SharedFact(Vectors)]
    public void Id_time_and_body_are_all_signed()
    {
        var (secret, call, signature) = Published();
        var signed = With(call, signature);

        Assert.False(Scheme.IsProven(signed with { Body = "{}"u8.ToArray() }, secret));
        Assert.False(Scheme.IsProven(With(call, signature, id: "msg_other"), secret));
        Assert.False(Scheme.IsProven(With(call, signature, time: "1614265331"), secret));
        Assert.False(Scheme.IsProven(signed with { Now = call.Now.AddMinutes(6) }, secret));
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("whsec_not base64 at all, but long", false)]
    [InlineData("", false)]
    public void A_secret_is_a_key_of_24_to_64_bytes(string secret, bool isUsable) => Assert.Equal(isUsable, Scheme.FlawOf(secret) is null);

    private static UnprovenCall With(UnprovenCall call, string signature, string? id = null, string? time = null)
    {
        (string Name, string Value)[] headers =
        [
            ("webhook-id", id ?? call.Only("webhook-id")!), (
                "webhook-timestamp", time ?? call.Only("webhook-timestamp")!), ("webhook-signature", signature),
        ];
        return call with { Headers = headers.ToLookup(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase) };
    }

    private static (string Secret, UnprovenCall Call, string Signature) Published()
    {
        var vector = Root().GetProperty("hmac-sha256")[0];
        var time = vector.GetProperty("timestamp").GetInt64();
        var call = Calls.With(
            vector.GetProperty("payload").GetString()!, (
                "webhook-id", vector.GetProperty("id").GetString()!), ("webhook-timestamp", $"{time}"));
        return (
            vector.GetProperty("secret").GetString()!, call with { Now = DateTimeOffset.FromUnixTimeSeconds(time) },
            vector.GetProperty("signature").GetString()!);
    }

    private static JsonElement Root() => JsonElement.Parse(File.ReadAllBytes(Repository.SharedPath(Vectors)!));
}
