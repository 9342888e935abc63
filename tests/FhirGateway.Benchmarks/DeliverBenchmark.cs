using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Notes that the gateway delivers in a second, into a sink that answers at once and on a FHIR server, beside a bare client that posts the
/// same bundles over the best number of connections. All are measured in turn in one run; what counts is the ratio.
/// </summary>
internal static class DeliverBenchmark
{
    private const string Source = "insight-health";
    private const int Rounds = 3;
    private static readonly int[] Connections = [1, 2, 4, 8, 16, 32];

    /// <param name="server">The base URL of a FHIR server that keeps what it is sent; null: the sink alone.</param>
    public static int Run(Uri? server) => RunAsync(server).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(Uri? server)
    {
        await using var sink = await InstantSink.StartAsync();
        using (var gateway = Gateway(sink.Url))
        {
            // A hospital's gateway runs for weeks: what its first thousands of notes pay for, code that is compiled meanwhile, doesn't count.
            await IntoSinkAsync(gateway, sink, 20000);
            sink.Bundles.Clear();
            var (mine, bare) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                mine.Add(await IntoSinkAsync(gateway, sink, 3000));
                var sent = sink.Bundles.Take(3000).ToList();
                bare.Add(await BestOfBareAsync("sink", sink.Url, [.. Connections.Select(_ => sent)]));
                sink.Bundles.Clear();
            }

            Report("instant sink", mine, bare);
        }

        if (server is not null) await OnServerAsync(server, sink);
        return 0;
    }

    private static async Task OnServerAsync(Uri server, InstantSink sink)
    {
        const int Each = 200;
        const int Own = 600;
        var (mine, bare) = (new List<double>(), new List<double>());
        var bundles = new List<byte[]>();
        // What the sink is sent, the server is sent by the bare client: notes only.
        using (var maker = Gateway(sink.Url, "--Gateway:Destination:Probe=off"))
        {
            await IntoSinkAsync(maker, sink, Each * Connections.Length * (Rounds + 1));
            bundles.AddRange(sink.Bundles);
        }

        using var http = new HttpClient(new SocketsHttpHandler());
        foreach (var (place, resource) in sink.Has.OrderBy(each => each.Key.StartsWith("Encounter", StringComparison.Ordinal)))
            await PutAsync(http, server, place, resource);
        using var gateway = Gateway(server);
        await DeliverAsync(gateway, Own);
        var sets = bundles.Chunk(Each).ToList();
        for (var round = 0; round <= Rounds; round++)
        {
            var best = await BestOfBareAsync("server", server, [.. sets.Skip(round * Connections.Length).Take(Connections.Length)]);
            var own = await DeliverAsync(gateway, Own);
            if (round == 0) continue; // the server warms up
            bare.Add(best);
            mine.Add(own);
        }

        Report(server.ToString(), mine, bare);
    }

    private static ServingGateway Gateway(Uri destination, params string[] more) => new(
        64,
        [
            $"--Gateway:Destination:BaseUrl={destination}", "--Gateway:Destination:Timeout=00:10:00", "--Gateway:Telemetry:Metrics=true",
            .. more,
        ]);

    private static void Report(string name, List<double> mine, List<double> bare)
    {
        var ratios = mine.Zip(bare, (own, best) => own / best).ToList();
        Console.WriteLine(FormattableString.Invariant(
            $"{name}: gateway {new Figures(mine).Show("notes/s")}, bare client at its best {new Figures(bare).Show("bundles/s")}, ")
            + FormattableString.Invariant($"ratio {new Figures(ratios.Select(each => each * 100)).Show("%")}"));
    }

    /// <summary>From the moment that the sink takes them: until then all are received, and wait.</summary>
    private static async Task<double> IntoSinkAsync(ServingGateway gateway, InstantSink sink, int notes)
    {
        sink.Close();
        var before = sink.Taken;
        await ReceiveAsync(gateway, notes);
        var (cpu, clock) = (gateway.Cpu, Stopwatch.StartNew());
        sink.Open();
        while (sink.Taken - before < notes) await Task.Delay(5);
        var rate = notes / clock.Elapsed.TotalSeconds;
        Console.WriteLine(FormattableString.Invariant(
            $"  gateway into sink: {rate:N0} notes/s, {(gateway.Cpu - cpu).TotalMilliseconds / notes:N2} ms CPU each"));
        return rate;
    }

    /// <summary>From the moment that all are received: what was delivered until then doesn't count.</summary>
    private static async Task<double> DeliverAsync(ServingGateway gateway, int notes)
    {
        var before = await gateway.DeliveredAsync();
        await ReceiveAsync(gateway, notes);
        var (early, clock) = (await gateway.DeliveredAsync() - before, Stopwatch.StartNew());
        while (await gateway.DeliveredAsync() - before < notes) await Task.Delay(50);
        var rate = (notes - early) / clock.Elapsed.TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"  gateway on server: {rate:N1} notes/s of {notes - early}"));
        return rate;
    }

    private static Task ReceiveAsync(ServingGateway gateway, int notes) => Parallel.ForAsync(
        0, notes, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, cancellationToken) =>
        {
            var (status, _) = await gateway.SendAsync(Source, Note(), cancellationToken);
            if (status >= 300) throw new InvalidOperationException($"The gateway answered {status}.");
        });

    private static byte[] Note()
    {
        var note = JsonNode.Parse(ServingGateway.Vendor(Source).Samples.Single(each => each.IsDemo).Body.Span)!;
        // A template of its own makes it a document of its own: versions of one would wait for each other.
        (note["summary_id"], note["template_name"]) = (Guid.NewGuid().ToString(), $"SOAP Note {Guid.NewGuid():N}");
        return JsonSerializer.SerializeToUtf8Bytes(note);
    }

    private static async Task<double> BestOfBareAsync(string name, Uri url, IReadOnlyList<IReadOnlyList<byte[]>> sets)
    {
        var rates = new List<(int Connections, double Rate)>();
        foreach (var (connections, bundles) in Connections.Zip(sets))
        {
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
            var clock = Stopwatch.StartNew();
            await Parallel.ForEachAsync(
                bundles, new ParallelOptions { MaxDegreeOfParallelism = connections }, (bundle, token) => PostAsync(http, url, bundle, token));
            rates.Add((connections, bundles.Count / clock.Elapsed.TotalSeconds));
        }

        var shown = string.Join(", ", rates.Select(each => FormattableString.Invariant($"{each.Rate:N1} over {each.Connections}")));
        Console.WriteLine($"  bare client to {name}: {shown}");
        return rates.Max(each => each.Rate);
    }

    private static async ValueTask PostAsync(HttpClient http, Uri url, byte[] bundle, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(bundle);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        using var answer = await http.PostAsync(url, content, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        // A race that is lost is sent again, as whoever posts notes must.
        if ((int)answer.StatusCode == 409) await PostAsync(http, url, bundle, cancellationToken);
        else if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode}: {body}");
    }

    private static async Task PutAsync(HttpClient http, Uri server, string place, JsonObject resource)
    {
        var whole = (JsonObject)resource.DeepClone();
        if (place.StartsWith("Encounter", StringComparison.Ordinal))
        {
            whole["status"] = "finished";
            whole["class"] = new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActCode", ["code"] = "AMB" };
        }

        using var content = new StringContent(whole.ToJsonString(), Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PutAsync(new Uri($"{server}/{place}"), content);
        answer.EnsureSuccessStatusCode();
    }
}
