using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Mapping;

namespace FhirGateway.Tests.ExampleVendors;

/// <summary>Vendors that the program has never seen, one folder each: found by scanning, proven, taken, delivered.</summary>
public sealed class ExampleVendorTests
{
    private static readonly VendorCatalog Examples = VendorCatalog.Scan(typeof(ExampleVendorTests).Assembly);

    public static TheoryData<string> All => [.. Examples.Vendors.Select(vendor => vendor.Name)];

    public static TheoryData<string> Timed => ["example-timestamped", "example-standard-webhooks"];

    [Theory]
    [InlineData("example-timestamped", 202, "Composition", "A cough for a week.")]
    [InlineData("example-standard-webhooks", 204, "DocumentReference", "WW91ciByZWNvcmRzIGhhdmUgYmVlbiBhc2tlZCBmb3Iu")] // in Base64
    [InlineData("example-tokens", 201, "Communication", "Please bring your medication list.")]
    public async Task A_vendor_that_is_only_a_folder_is_answered_and_delivered(string vendor, int status, string type, string words)
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.SendAsync(vendor, Demo(vendor));

        Assert.Equal(status, (int)answer.StatusCode);
        await gateway.UntilStateAsync(vendor, DeliveryState.Delivered);
        var written = Assert.Single(await gateway.AllAsync(type));
        Assert.Contains(words, written.GetRawText(), StringComparison.Ordinal);
        Assert.StartsWith("Patient/", written.GetProperty("subject").GetProperty("reference").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_wrong_secret_gets_401_and_nothing_is_recorded(string vendor)
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.SendAsync(vendor, Demo(vendor), proof => RunningGateway.Secret(proof, "unknown"));

        await AssertRefused(gateway, vendor, answer);
    }

    [Theory]
    [MemberData(nameof(Timed))]
    public async Task A_body_that_was_changed_under_its_signature_gets_401(string vendor)
    {
        await using var gateway = await StartAsync();
        using var call = gateway.Signed(vendor, Demo(vendor));
        call.Content = new ByteArrayContent([.. Demo(vendor).Span, (byte)' ']);

        using var answer = await gateway.Http.SendAsync(call);

        await AssertRefused(gateway, vendor, answer);
    }

    [Theory]
    [MemberData(nameof(Timed))]
    public async Task A_signature_outside_the_tolerance_gets_401(string vendor)
    {
        await using var gateway = await StartAsync();
        foreach (var minutes in new[] { -6, 6 })
        {
            using var answer = await gateway.SendAsync(vendor, Demo(vendor), now: TimeProvider.System.GetUtcNow().AddMinutes(minutes));

            await AssertRefused(gateway, vendor, answer);
        }
    }

    [Theory]
    [InlineData("example-timestamped", "X-Scribe-Signature", ",")]
    [InlineData("example-standard-webhooks", "webhook-signature", " ")]
    public async Task Of_several_signatures_one_that_fits_is_enough_and_none_is_not(string vendor, string header, string separator)
    {
        await using var gateway = await StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var (wrong, right) = (Header("unknown"), Header("current"));

        using var refused = await SendAsync($"{wrong}{separator}{Only(Header("another"))}");
        await AssertRefused(gateway, vendor, refused);
        using var taken = await SendAsync($"{wrong}{separator}{Only(right)}");
        Assert.True(taken.IsSuccessStatusCode);

        string Header(string secret)
        {
            using var call = gateway.Signed(vendor, Demo(vendor), proof => RunningGateway.Secret(proof, secret), now);
            return call.Headers.GetValues(header).Single();
        }

        string Only(string value) => value.Split(',') is ["v1", _]
            ? value
            : value.Split(',').Last(); // without the time, which stands there already

        async Task<HttpResponseMessage> SendAsync(string signatures)
        {
            using var call = gateway.Signed(vendor, Demo(vendor), now: now);
            call.Headers.Remove(header);
            call.Headers.TryAddWithoutValidation(header, signatures);
            return await gateway.Http.SendAsync(call);
        }
    }

    [Fact]
    public async Task A_challenge_is_answered_with_its_token_signed_by_the_secret_that_proved_the_call()
    {
        const string Challenge = """{"type":"endpoint.validation","token":"qgg8vlvZRS6UYooatFL8Aw"}""";
        var scheme = Examples.Find("example-timestamped")!.Proofs.Single();
        await using var gateway = await StartAsync(
            new() { [$"Gateway:Sources:example-timestamped:Keys:{scheme.Name}:next"] = RunningGateway.Secret(scheme, "next") });

        foreach (var secret in new[] { "current", "next" })
        {
            using var answer = await gateway.SendAsync(
                "example-timestamped", Encoding.UTF8.GetBytes(Challenge), proof => RunningGateway.Secret(proof, secret));

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal("qgg8vlvZRS6UYooatFL8Aw", body.GetProperty("token").GetString());
            var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(RunningGateway.Secret(scheme, secret)), "qgg8vlvZRS6UYooatFL8Aw"u8);
            Assert.Equal(Convert.ToHexStringLower(expected), body.GetProperty("signed").GetString());
        }

        using var stranger = await gateway.SendAsync(
            "example-timestamped", Encoding.UTF8.GetBytes(Challenge), proof => RunningGateway.Secret(proof, "unknown"));
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.DoesNotContain("signed", await stranger.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer not.a.token")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.")] // {"alg":"none"}, valid until 2100
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    public async Task Anything_but_a_valid_token_gets_401(string authorization)
    {
        await using var gateway = await StartAsync();
        using var call = gateway.Signed("example-tokens", Demo("example-tokens"), _ => null);
        if (authorization.Length > 0) call.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var answer = await gateway.Http.SendAsync(call);

        await AssertRefused(gateway, "example-tokens", answer);
    }

    [Fact]
    public async Task A_token_that_has_ended_gets_401()
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.SendAsync(
            "example-tokens", Demo("example-tokens"), now: TimeProvider.System.GetUtcNow().AddHours(-2));

        await AssertRefused(gateway, "example-tokens", answer);
    }

    [Fact]
    public async Task A_token_is_not_called_wrong_while_its_issuer_can_not_be_asked()
    {
        // Nothing listens on that port.
        await using var gateway = await StartAsync(new() { ["Gateway:Sources:example-tokens:Token:Authority"] = "https://127.0.0.1:1" });

        using var answer = await gateway.SendAsync("example-tokens", Demo("example-tokens"));
        using var other = await gateway.SendAsync("example-timestamped", Demo("example-timestamped"));

        Assert.Equal((503, 202), ((int)answer.StatusCode, (int)other.StatusCode));
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal("issuer-unavailable", Assert.Single(await gateway.RefusalsAsync(1)).Reason);
    }

    private static async Task<RunningGateway> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var gateway = await RunningGateway.StartAsync(settings, vendors: Examples);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "1");
        return gateway;
    }

    private static ReadOnlyMemory<byte> Demo(string vendor) => Examples.Find(vendor)!.Samples.Single(sample => sample.IsDemo).Body;

    private static async Task AssertRefused(RunningGateway gateway, string vendor, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(await gateway.Ledger.MessagesAsync(new MessageFilter(vendor)));
    }
}
