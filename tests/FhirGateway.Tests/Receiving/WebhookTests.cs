using System.Net;
using System.Text;
using FhirGateway.CommandLine;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Receiving;

/// <summary>What a sender meets at the door, over real HTTP.</summary>
public sealed class WebhookTests
{
    public static TheoryData<string> AllVendors => [.. GatewayHost.Vendors.Vendors.Select(vendor => vendor.Name)];

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task A_wrong_key_gets_the_vendors_401_and_leaves_only_a_counted_refusal(string vendor)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.SendAsync(vendor, Demo(vendor), proof => RunningGateway.Secret(proof, "unknown"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.NotEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        await AssertOnlyCounted(gateway, vendor, "unproven");
    }

    [Fact]
    public async Task A_body_that_never_ends_is_given_up()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Receiving:BodyTimeout"] = "00:00:00.2" });
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, gateway.Url.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync("POST /webhooks/hami HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());

        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.StartsWith("HTTP/1.1 408", status, StringComparison.Ordinal);
        await AssertOnlyCounted(gateway, "hami", "too-slow");
    }

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task No_proof_at_all_gets_401(string vendor)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.SendAsync(vendor, Demo(vendor), _ => null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await AssertOnlyCounted(gateway, vendor, "unproven");
    }

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task Old_and_new_keys_are_both_taken_while_they_are_rotated(string vendor)
    {
        var definition = GatewayHost.Vendors.Find(vendor)!;
        var next = definition.Proofs.ToDictionary(
            proof => $"Gateway:Sources:{vendor}:Keys:{proof.Name}:next", proof => (string?)RunningGateway.Secret(proof, "next"));
        await using var gateway = await RunningGateway.StartAsync(next);

        using var old = await gateway.SendAsync(vendor, Demo(vendor));
        using var young = await gateway.SendAsync(vendor, Demo(vendor), proof => RunningGateway.Secret(proof, "next"));

        // The second is a duplicate of the first: what is asked here is only whether the door opened.
        Assert.NotEqual(HttpStatusCode.Unauthorized, old.StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, young.StatusCode);
        Assert.Single(await gateway.Ledger.MessagesAsync(new MessageFilter(vendor)));
    }

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task One_flipped_byte_under_a_signature_gets_401(string vendor)
    {
        if (!GatewayHost.Vendors.Find(vendor)!.Proofs.OfType<HmacScheme>().Any()) return;
        await using var gateway = await RunningGateway.StartAsync();
        var body = Demo(vendor).ToArray();
        using var call = SignedWebhook.Create(
            new Uri(gateway.Url, "webhooks/" + vendor), GatewayHost.Vendors.Find(vendor)!, body, proof =>
                RunningGateway.Secret(proof), TimeProvider.System.GetUtcNow());
        var flipped = body.ToArray();
        flipped[^2] ^= 1;
        call.Content = new ByteArrayContent(flipped);

        using var answer = await gateway.Http.SendAsync(call);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await AssertOnlyCounted(gateway, vendor, "unproven");
    }

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task What_is_not_json_is_refused_in_the_vendors_words(string vendor)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.SendAsync(vendor, "{\"cut\": "u8.ToArray());

        Assert.InRange((int)answer.StatusCode, 400, 499);
        await AssertOnlyCounted(gateway, vendor, "malformed");
    }

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task A_body_past_the_limit_is_refused_whether_it_says_its_length_or_not(string vendor)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var definition = GatewayHost.Vendors.Find(vendor)!;
        var body = new byte[definition.MaxBodyBytes + 1];
        var expected = definition.AnswerTo(Verdict.TooLarge, null, []).Status;

        using var told = await gateway.SendAsync(vendor, body);
        using var untold = await gateway.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "webhooks/" + vendor)
        {
            Content = new StreamContent(new MemoryStream(body)),
            Headers = { TransferEncodingChunked = true },
        });

        Assert.Equal(expected, (int)told.StatusCode);
        Assert.Equal(expected, (int)untold.StatusCode);
        await AssertOnlyCounted(gateway, vendor, "too-large", 2);
    }

    [Fact]
    public async Task An_unknown_source_says_nothing_and_a_wrong_method_says_which_is_right()
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var unknown = await gateway.Http.PostAsync("webhooks/nobody", new StringContent("{}"));
        using var read = await gateway.Http.GetAsync("webhooks/hami");

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, read.StatusCode);
    }

    [Fact]
    public async Task Plain_http_is_refused_unless_it_is_allowed_or_a_trusted_proxy_had_https()
    {
        var settings = new Dictionary<string, string?> { ["Gateway:Receiving:AllowHttp"] = "false" };
        await using (var open = await RunningGateway.StartAsync(settings))
        {
            using var plain = await open.SendAsync("hami", Demo("hami"));
            open.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
            using var claimed = await open.SendAsync("hami", Demo("hami"));

            Assert.Equal(HttpStatusCode.Forbidden, plain.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, claimed.StatusCode);
            Assert.Empty(await open.Ledger.MessagesAsync(new MessageFilter()));
        }

        settings["Gateway:Receiving:TrustedProxies:0"] = "127.0.0.0/8";
        await using var behindProxy = await RunningGateway.StartAsync(settings);
        behindProxy.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var forwarded = await behindProxy.SendAsync("hami", Demo("hami"));
        Assert.NotEqual(HttpStatusCode.Forbidden, forwarded.StatusCode);
    }

    [Fact]
    public async Task A_ledger_that_can_not_record_is_never_answered_with_success()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.Ledger.DisposeAsync();

        using var answer = await gateway.SendAsync("insight-health", Demo("insight-health"));

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.DoesNotContain("   at ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SharedTheory("vendors/payloads")]
    [MemberData(nameof(Payloads))]
    public async Task Every_known_payload_is_translated_or_acknowledged_or_refused_with_a_reason(string vendor, string file)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.SendAsync(
            vendor, await File.ReadAllBytesAsync(Repository.SharedPath($"vendors/payloads/{vendor}/{file}")!));

        var status = (int)answer.StatusCode;
        Assert.True(status is >= 200 and < 500 and not 401, $"{status}");
        if (status < 300)
        {
            // What it refers to is not on the sandbox: it waits by name. Nothing may be dead or undecided.
            var deliveries = await gateway.SettledAsync(vendor);
            Assert.All(deliveries, delivery => Assert.True(
                delivery.State is DeliveryState.Delivered or DeliveryState.Acknowledged
                    || (delivery is { State: DeliveryState.Parked, WaitsFor.Length: > 0 }),
                $"{delivery.State}: {delivery.Reason} {delivery.Outcome}"));
        }
        else
        {
            Assert.Single(await gateway.RefusedAsync(vendor));
            Assert.NotEmpty(Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()));
        }
    }

    public static TheoryData<string, string> Payloads()
    {
        var data = new TheoryData<string, string>();
        if (Repository.SharedPath("vendors/payloads") is not { } folder) return data;
        foreach (var file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            data.Add(Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileName(file));
        return data;
    }

    private static ReadOnlyMemory<byte> Demo(string vendor) =>
        GatewayHost.Vendors.Find(vendor)!.Samples.Single(sample => sample.IsDemo).Body;

    private static async Task AssertOnlyCounted(RunningGateway gateway, string source, string reason, int count = 1)
    {
        var refusal = Assert.Single(await gateway.RefusalsAsync(count));
        Assert.Equal((source, reason, count), (refusal.Source, refusal.Reason, refusal.Count));
        Assert.Empty(await gateway.Ledger.MessagesAsync(new MessageFilter()));
        Assert.Empty(await gateway.Ledger.DeliveriesAsync(new DeliveryFilter()));
    }
}
