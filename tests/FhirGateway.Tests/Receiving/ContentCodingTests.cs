using System.IO.Compression;
using System.Net;
using System.Text.Json;
using FhirGateway.CommandLine;
using FhirGateway.Ledger;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Receiving;

/// <summary>A body that travels coded (RFC 9110 §8.4) is the same message, or is refused by the coding's name.</summary>
public sealed class ContentCodingTests
{
    private static readonly (string Header, Func<byte[], byte[]> Encode)[] Codings =
    [
        ("gzip", body => Through(body, stream => new GZipStream(stream, CompressionLevel.Fastest))),
        ("X-GZip", body => Through(body, stream => new GZipStream(stream, CompressionLevel.Fastest))),
        ("deflate", body => Through(body, stream => new ZLibStream(stream, CompressionLevel.Fastest))),
        ("deflate", body => Through(body, stream => new DeflateStream(stream, CompressionLevel.Fastest))),
        ("br", body => Through(body, stream => new BrotliStream(stream, CompressionLevel.Fastest))),
        ("identity", body => body),
    ];

    public static TheoryData<string, int, bool> Every
    {
        get
        {
            var data = new TheoryData<string, int, bool>();
            foreach (var vendor in GatewayHost.Vendors.Vendors)
            {
                for (var coding = 0; coding < Codings.Length; coding++)
                {
                    data.Add(vendor.Name, coding, true);
                    data.Add(vendor.Name, coding, false);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> AllVendors => [.. GatewayHost.Vendors.Vendors.Select(vendor => vendor.Name)];

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_coded_body_is_not_refused_whichever_bytes_are_signed(string vendor, int coding, bool signsCodedBytes)
    {
        await using var gateway = await RunningGateway.StartAsync(RunningGateway.RefusingNothing(vendor));
        var plain = Samples.Demo(vendor).ToArray();
        var coded = Codings[coding].Encode(plain);

        using var answer = await SendAsync(gateway, vendor, coded, Codings[coding].Header, signed: signsCodedBytes ? coded : plain);

        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var message = Assert.Single(await gateway.Ledger.MessagesAsync(new MessageFilter(vendor)));
        Assert.Equal(plain, await gateway.Ledger.MessageBodyAsync(message.Id));

        // The same message once more, without the coding, is not a new one.
        using var again = await gateway.SendAsync(vendor, plain);
        Assert.True(again.IsSuccessStatusCode);
        Assert.Equal(
            (1, 0),
            Assert.Single(await gateway.Ledger.MessagesAsync(new MessageFilter(vendor))) is var known
                ? (known.Duplicates, known.DifferingDuplicates)
                : default);
    }

    [Theory]
    [MemberData(nameof(AllVendors))]
    public async Task A_coding_that_is_not_decoded_is_not_called_a_wrong_signature(string vendor)
    {
        await using var gateway = await RunningGateway.StartAsync();

        foreach (var coding in new[] { "zstd", "gzip, br" })
        {
            using var answer = await SendAsync(gateway, vendor, Samples.Demo(vendor).ToArray(), coding, Samples.Demo(vendor).ToArray());
            Assert.Equal(vendor == "hami" ? 400 : 415, (int)answer.StatusCode);
            Assert.Equal("gzip, deflate, br", string.Join(", ", answer.Headers.GetValues("Accept-Encoding")));
            Assert.Contains(
                $"The content coding {coding} is not decoded here", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.All(
            await gateway.RefusalsAsync(2),
            refusal => Assert.Equal((vendor, "unknown-coding", 2), (refusal.Source, refusal.Reason, refusal.Count)));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_bomb_is_not_decoded_beyond_the_size_limit(string coding)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var bomb = Codings.First(each => each.Header == coding).Encode(new byte[40 * 1024 * 1024]);
        Assert.InRange(bomb.Length, 1, GatewayHost.Vendors.Find("hami")!.MaxBodyBytes - 1);

        using var answer = await SendAsync(gateway, "hami", bomb, coding, bomb);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("The body is longer than 524288 bytes.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(bomb.Length, Assert.Single(await gateway.RefusedAsync("hami")).BodyBytes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_coded_body_that_is_cut_or_spoilt_is_not_taken_nor_called_bad_json(string coding)
    {
        await using var gateway = await RunningGateway.StartAsync();
        var sound = Codings.First(each => each.Header == coding).Encode(Samples.Demo("hami").ToArray());

        foreach (var spoilt in new[] { sound[..(sound.Length / 2)], [.. sound[..^9], .. "rubbish!!"u8], "{}"u8.ToArray() })
        {
            using var answer = await SendAsync(gateway, "hami", spoilt, coding, spoilt);
            Assert.Equal(400, (int)answer.StatusCode);
            Assert.Contains($"The body is not valid {coding}.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(await gateway.Ledger.MessagesAsync(new MessageFilter()));
    }

    [Fact]
    public async Task A_wrong_signature_over_a_coded_body_is_still_refused_and_the_coding_is_named()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var coded = Codings[0].Encode(Samples.Demo("metriport").ToArray());

        using var answer = await SendAsync(gateway, "metriport", coded, "gzip", signed: "something else"u8.ToArray());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains(
            "Both the gzip bytes and what they hold were tried.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [SharedFact("cases/public")]
    public async Task The_coded_intake_of_practice_is_not_refused()
    {
        await using var gateway = await RunningGateway.StartAsync(RunningGateway.RefusingNothing("hami"));
        var body = await File.ReadAllBytesAsync(Repository.SharedPath("cases/public/intake.json.gz")!);

        using var answer = await SendAsync(gateway, "hami", body, "gzip", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("success").GetBoolean());
    }

    private static async Task<HttpResponseMessage> SendAsync(
        RunningGateway gateway, string vendor, byte[] body, string coding, byte[] signed)
    {
        using var call = SignedWebhook.Create(
            new Uri(gateway.Url, "webhooks/" + vendor), GatewayHost.Vendors.Find(vendor)!, signed, proof =>
                RunningGateway.Secret(proof), TimeProvider.System.GetUtcNow());
        call.Content = new ByteArrayContent(body);
        foreach (var each in coding.Split(", ")) call.Content.Headers.ContentEncoding.Add(each);
        return await gateway.Http.SendAsync(call);
    }

    private static byte[] Through(byte[] body, Func<Stream, Stream> encoder)
    {
        using var coded = new MemoryStream();
        using (var stream = encoder(coded)) stream.Write(body);
        return coded.ToArray();
    }
}
