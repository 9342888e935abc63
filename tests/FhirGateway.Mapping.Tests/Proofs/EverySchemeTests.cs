using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mapping.Tests.Proofs;

/// <summary>What every scheme must do, whatever its form: what it signs holds, and nothing else does.</summary>
public sealed class EverySchemeTests
{
    private const string Body = """{"note":"slept well"}""";

    private static readonly ProofScheme[] Schemes =
    [
        By.ApiKey("X-API-Key"),
        By.Basic(),
        By.StaticHeader(),
        By.HmacSha256("X-Signature", prefix: "sha256="),
        By.HmacSha256("X-Signature", timestampHeader: "X-Time", tolerance: TimeSpan.FromMinutes(5), several: true),
        By.Hmac("X-Signature", HmacAlgorithm.Sha512, SignatureEncoding.Base64),
        By.Hmac(
            "X-Signature", prefix: "v0=", timestampHeader: "X-Time", signs: "v0:{timestamp}:{body}", tolerance: TimeSpan.FromMinutes(5)),
        By.TimestampedSignature("X-Signature"),
        By.StandardWebhooks(),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Schemes.Length)];

    [Theory]
    [MemberData(nameof(Places))]
    public void What_a_sender_signs_holds(int place)
    {
        var scheme = Schemes[place];

        Assert.True(scheme.IsProven(scheme.Signed(Secret(scheme, "mine"), Body), Secret(scheme, "mine")));
        Assert.True(scheme.IsProven(scheme.Signed(Secret(scheme, "mine"), Body), Secret(scheme, "next"), Secret(scheme, "mine")));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Nothing_holds_without_the_secret(int place)
    {
        var scheme = Schemes[place];
        var call = scheme.Signed(Secret(scheme, "mine"), Body);

        Assert.False(scheme.IsProven(call, Secret(scheme, "other")));
        Assert.False(scheme.IsProven(call));
        Assert.False(scheme.IsProven(Calls.With(Body), Secret(scheme, "mine")));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Its_own_secrets_can_be_used_and_short_ones_can_not(int place)
    {
        var scheme = Schemes[place];

        Assert.Null(scheme.FlawOf(Secret(scheme, "mine")));
        Assert.NotNull(scheme.FlawOf("short"));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void It_says_where_its_secret_belongs(int place) =>
        Assert.Contains($"`{Schemes[place].Name}`", Schemes[place].InWords, StringComparison.Ordinal);

    [Fact]
    public void A_bearer_token_is_what_the_program_found_it_to_be()
    {
        var scheme = By.Bearer();
        var call = Calls.With(Body);

        Assert.True(scheme.TakesToken);
        Assert.True(scheme.IsProven(call with { HasValidToken = true }));
        Assert.False(scheme.IsProven(call));
        Assert.NotNull(scheme.FlawOf("shorter-than-thirty-two-bytes"));
    }

    [Fact]
    public void A_key_that_is_sent_twice_proves_nothing()
    {
        var scheme = By.ApiKey("X-API-Key");

        Assert.False(scheme.IsProven(
            Calls.With(Body, ("X-API-Key", "the-secret-of-this-test"), ("X-API-Key", "another")), "the-secret-of-this-test"));
    }

    private static string Secret(ProofScheme scheme, string name) => scheme.SecretOf($"the-{name}-secret-of-the-tests");
}
