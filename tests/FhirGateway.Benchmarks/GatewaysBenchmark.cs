using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Chaos.Destination;
using FhirGateway.Chaos.Gateways;

namespace FhirGateway.Benchmarks;

/// <summary>
/// What a note costs when one, two or four gateways share a PostgreSQL, as a cluster or not: processor time of all of them and of
/// PostgreSQL, from the webhook to a sink that answers at once. The sink counts lanes that were not kept.
/// </summary>
internal static class GatewaysBenchmark
{
    private const string Source = "insight-health";
    private const int Versions = 3;
    private static readonly int[] Gateways = [1, 2, 4];

    /// <param name="lanes">How many documents, of three versions each.</param>
    public static int Run(int lanes) => RunAsync(lanes).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(int lanes)
    {
        if (!PostgresServer.IsThere) throw new MissingException("PostgreSQL's programs are not on this machine.");
        double? one = null;
        foreach (var isCluster in (bool[])[false, true])
        {
            foreach (var count in Gateways)
            {
                var each = await MeasureAsync(count, isCluster, lanes);
                one ??= each;
                Console.WriteLine(FormattableString.Invariant($"    {each / one.Value:N2} × one gateway alone"));
            }
        }

        return 0;
    }

    private static async Task<double> MeasureAsync(int count, bool isCluster, int lanes)
    {
        await using var postgres = await PostgresServer.CreateAsync();
        await using var sink = await InstantSink.StartAsync();
        sink.Open();
        var gateways = Enumerable.Range(0, count).Select(_ => new ServingGateway(32, Settings(postgres, sink, isCluster))).ToList();
        try
        {
            // What only the first thousands of notes pay for, each gateway for itself, and joining.
            await SendAsync(gateways, sink, new LaneWatch(), 600 * count);
            await Task.Delay(TimeSpan.FromSeconds(isCluster ? 10 : 2));

            var watch = new LaneWatch();
            var (before, server, clock) = (Cpu(gateways), postgres.Cpu(), Stopwatch.StartNew());
            await SendAsync(gateways, sink, watch, lanes);
            var (notes, took) = (lanes * Versions, clock.Elapsed);
            var (mine, theirs) = ((Cpu(gateways) - before).TotalMilliseconds / notes, (postgres.Cpu() - server).TotalMilliseconds / notes);
            Console.WriteLine(FormattableString.Invariant(
                $"{count} gateways{(isCluster ? " as a cluster" : "")}: {mine + theirs:N2} ms CPU a note ({mine:N2} theirs, {theirs:N2} ")
                + FormattableString.Invariant($"PostgreSQL's), {notes / took.TotalSeconds:N0} notes/s, {watch.Broken} lanes broken, ")
                + FormattableString.Invariant($"{watch.Again} sent again, {gateways.Max(each => each.WorkingSet) / 1024 / 1024} MiB at most"));
            return mine + theirs;
        }
        finally
        {
            foreach (var gateway in gateways) gateway.Dispose();
        }
    }

    private static string[] Settings(PostgresServer postgres, InstantSink sink, bool isCluster)
    {
        string[] alone =
        [
            $"--Gateway:Destination:BaseUrl={sink.Url}", "--Gateway:Destination:Atomic=True",
            $"--Gateway:Ledger:ConnectionString={PostgresServer.ConnectionString(postgres.Port)}",
        ];
        return isCluster
            ? [.. alone, "--Gateway:Cluster:Enabled=true", "--Gateway:Cluster:Address=127.0.0.1", $"--Gateway:Cluster:Port={Loopback.FreePort()}"]
            : alone;
    }

    private static TimeSpan Cpu(List<ServingGateway> gateways) =>
        TimeSpan.FromTicks(gateways.Sum(gateway => gateway.Cpu.Ticks));

    // The versions of a document one after the other, each at another gateway; documents side by side.
    private static async Task SendAsync(List<ServingGateway> gateways, InstantSink sink, LaneWatch watch, int lanes)
    {
        sink.Watch = watch.Come;
        var before = sink.Taken;
        await Parallel.ForAsync(0, lanes, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (lane, cancellationToken) =>
        {
            var name = Guid.NewGuid().ToString("N");
            for (var number = 1; number <= Versions; number++)
            {
                var gateway = gateways[(lane + number) % gateways.Count];
                var (status, _) = await gateway.SendAsync(Source, Note(name, number), cancellationToken);
                if (status >= 300) throw new InvalidOperationException($"The gateway answered {status}.");
            }
        });
        while (sink.Taken - before < lanes * Versions) await Task.Delay(5);
    }

    private static byte[] Note(string lane, int number)
    {
        var note = JsonNode.Parse(ServingGateway.Vendor(Source).Samples.Single(each => each.IsDemo).Body.Span)!;
        (note["summary_id"], note["template_name"]) = (Guid.NewGuid().ToString(), $"SOAP Note {lane}");
        note["sections"]!["subjective"] = LaneWatch.Mark(lane, number);
        return JsonSerializer.SerializeToUtf8Bytes(note);
    }
}
