using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using FhirGateway.Sources;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Receiving;

/// <summary>Bodies take memory for what has come of them, never for what they announce, and never more than there is room for.</summary>
public sealed class BodiesInFlightTests
{
    private const int Announced = 8 * 1024 * 1024;

    [Fact]
    public async Task Announced_lengths_do_not_take_memory()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            new() { ["Gateway:Receiving:BodyTimeout"] = "00:00:05", ["Gateway:Sources:metriport:UnprovenRequestsPerMinute"] = "1000" },
            new() { ["DOTNET_GCHeapHardLimit"] = (400 * 1024 * 1024).ToString("x", CultureInfo.InvariantCulture) });

        var senders = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Sender.StartAsync(gateway.Url, Announced, 44 * 1024)));
        var meanwhile = await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        var statuses = await Task.WhenAll(senders.Select(sender => sender.StatusAsync()));
        foreach (var sender in senders) sender.Dispose();

        Assert.Equal(HttpStatusCode.NoContent, meanwhile);
        Assert.All(statuses, status => Assert.Equal(408, status));
        Assert.True(gateway.IsRunning);
        Assert.Equal(HttpStatusCode.NoContent, await gateway.SendAsync("insight-health", Samples.Demo("insight-health")));
    }

    [Fact]
    public async Task A_body_without_room_is_not_read_and_another_source_is_not_refused()
    {
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Receiving:BytesInFlightPerSource"] = (2 * Announced).ToString(CultureInfo.InvariantCulture) });
        var senders = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Sender.StartAsync(gateway.Url, Announced, Announced - 1)));

        // Whichever found no room is answered at once; the others keep theirs until their time is over.
        var refused = await await Task.WhenAny(senders.Select(sender => sender.AnswerAsync()));
        using var meanwhile = await gateway.SendAsync("insight-health", Samples.Demo("insight-health"));
        foreach (var sender in senders) sender.Dispose();

        Assert.StartsWith("HTTP/1.1 503", refused, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 5\r\n", refused, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, meanwhile.StatusCode);
        Assert.Contains(await gateway.RefusalsAsync(1), refusal => refusal is { Source: "metriport", Reason: "busy" });
    }

    [Fact]
    public void All_sources_together_do_not_hold_more_than_the_process_may_and_one_not_more_than_its_share()
    {
        using var limits = new CallLimits(Options.Create(new GatewaySettings
        {
            Receiving = new ReceivingOptions { BytesInFlight = 150, BytesInFlightPerSource = 100 },
        }));
        using var other = limits.Hold(SourceNamed("other"));
        using (var one = limits.Hold(SourceNamed("one")))
        {
            Assert.True(one.TryTake(100));
            Assert.False(one.TryTake(1));
            Assert.True(other.TryTake(50));
            Assert.False(other.TryTake(1));
        }

        Assert.True(other.TryTake(50));
        Assert.False(other.TryTake(1));
    }

    [Fact]
    public async Task A_body_without_end_is_not_read_beyond_its_limit()
    {
        var taken = 0;
        using var zeros = new BrotliStream(new MemoryStream(ZerosCoded(50 * 1024 * 1024)), CompressionMode.Decompress);

        var (bytes, fault) = await RawBody.ReadAsync(zeros, maxBytes: 100_000, bytes => (taken += bytes) > 0, CancellationToken.None);

        Assert.Equal((0, BodyFault.TooLong), (bytes.Length, fault));
        Assert.InRange(taken, 80_000, 120_000);
    }

    [Fact]
    public async Task Room_is_given_back_when_a_call_is_answered()
    {
        await using var gateway = await RunningGateway.StartAsync(
            new() { ["Gateway:Receiving:BytesInFlightPerSource"] = (17 * 1024 * 1024).ToString(CultureInfo.InvariantCulture) });
        var body = Encoding.UTF8.GetBytes($$"""{"meta":{"messageId":"m1","type":"x"},"filler":"{{new string('x', Announced - 100)}}"}""");

        for (var call = 0; call < 5; call++)
        {
            using var answer = await gateway.SendAsync("metriport", body);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static Source SourceNamed(string name) => new(name, new SourceOptions(), GatewayHost.Vendors.Find("hami")!);

    private static byte[] ZerosCoded(int length)
    {
        using var coded = new MemoryStream();
        using (var stream = new BrotliStream(coded, CompressionLevel.Fastest)) stream.Write(new byte[length]);
        return coded.ToArray();
    }

    /// <summary>A sender that announces a body and sends a part of it.</summary>
    private sealed class Sender(TcpClient connection) : IDisposable
    {
        public static async Task<Sender> StartAsync(Uri url, int announced, int sent)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(IPAddress.Loopback, url.Port);
            var head = $"POST /webhooks/metriport HTTP/1.1\r\nHost: localhost\r\nContent-Length: {announced}\r\n\r\n";
            await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await connection.GetStream().WriteAsync(new byte[sent]);
            return new Sender(connection);
        }

        public async Task<int> StatusAsync() => int.Parse((await AnswerAsync()).Split(' ')[1], CultureInfo.InvariantCulture);

        /// <summary>The answer's head.</summary>
        public async Task<string> AnswerAsync()
        {
            var head = new StringBuilder();
            using var reader = new StreamReader(connection.GetStream(), leaveOpen: true);
            while (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { Length: > 0 } line)
            {
                head.Append(line).Append("\r\n");
            }

            return head.ToString();
        }

        public void Dispose() => connection.Dispose();
    }
}
