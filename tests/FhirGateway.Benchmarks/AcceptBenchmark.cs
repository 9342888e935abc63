using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Webhooks accepted a second, beside a bare Kestrel that only reads them, interleaved in one run; what an accept costs the gateway's
/// process; and what a message takes on disk. A note has about a kilobyte. With the environment variable
/// <c>FHIRGATEWAY_TEST_POSTGRES</c> (a database of its own, empty) also on PostgreSQL.
/// </summary>
internal static class AcceptBenchmark
{
    private const string Vendor = "insight-health";
    private const int Connections = 64;
    private const int Calls = 6_000;
    private const int Rounds = 5;

    // A gateway serves for weeks. Until about so many calls are over, a quarter of its time goes into compiling what it runs.
    private const int WarmUp = 60_000;

    // Nobody listens there: what is owed waits, and accepting is measured alone.
    private const string Nowhere = "http://127.0.0.1:9/fhir";

    public static int Run()
    {
        Measure("SQLite, nothing delivered", $"--Gateway:Destination:BaseUrl={Nowhere}");
        Measure("SQLite, delivering to the sandbox beside it");
        if (Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_POSTGRES") is { Length: > 0 } server)
        {
            Measure(
                "PostgreSQL, nothing delivered", $"--Gateway:Destination:BaseUrl={Nowhere}", $"--Gateway:Ledger:ConnectionString={server}");
        }

        return 0;
    }

    private static void Measure(string name, params string[] settings)
    {
        using var bare = new BareKestrel();
        using var gateway = new ServingGateway(Connections, [$"--Gateway:Sources:{Vendor}:RequestsPerMinute=100000000", .. settings]);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        Rate(client, bare.Url, WarmUp);
        Rate(client, gateway.Url, WarmUp);

        var (before, bareBefore, bytesBefore) = (gateway.Cpu, bare.Cpu, gateway.LedgerBytes);
        var (bareRates, rates) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bareRates.Add(Rate(client, bare.Url, Calls));
            rates.Add(Rate(client, gateway.Url, Calls));
        }

        var microseconds = (gateway.Cpu - before).TotalMicroseconds / (Rounds * Calls);
        var bareMicroseconds = (bare.Cpu - bareBefore).TotalMicroseconds / (Rounds * Calls);
        var (ours, theirs) = (new Figures(rates), new Figures(bareRates));
        Console.WriteLine(name);
        Console.WriteLine($"  accepted {ours.Show("a second")}, bare Kestrel {theirs.Show("a second")}");
        Console.WriteLine(FormattableString.Invariant(
            $"  ratio {ours.Median / theirs.Median:N2}; processor {microseconds:N0} µs an accept, the index included (bare Kestrel {bareMicroseconds:N0}); ")
            + FormattableString.Invariant($"{(gateway.LedgerBytes - bytesBefore) / (Rounds * Calls):N0} bytes of SQLite's files a message"));
    }

    private static double Rate(HttpClient client, Uri server, int calls)
    {
        // Made and signed before the clock starts: the sender's work is not ours.
        var ready = Enumerable.Range(0, calls).Select(_ =>
        {
            var call = ServingGateway.Proven(Vendor, Note());
            call.RequestUri = new Uri(server, call.RequestUri!);
            return call;
        }).ToArray();
        var next = -1;
        var clock = Stopwatch.StartNew();
        Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number < calls)
            {
                using var answer = await client.SendAsync(ready[number]);
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"Answered {(int)answer.StatusCode}.");
            }
        })).GetAwaiter().GetResult();
        return calls / clock.Elapsed.TotalSeconds;
    }

    private static byte[] Note()
    {
        var id = Guid.NewGuid().ToString();
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            patient_id = id,
            encounter_id = id,
            summary_id = id,
            template_name = "SOAP Note",
            sections = new { subjective = Words, objective = Words, assessment = Words, plan = Words },
        });
    }

    private static string Words { get; } =
        new StringBuilder().Insert(0, "Slept well, no pain, walks the stairs again. ", 5).ToString();
}
