using System.Collections.Concurrent;
using System.Text;

namespace FhirGateway.Benchmarks;

/// <summary>
/// How long two vendors wait for their answers while a third floods the gateway over many connections with the largest bodies it may send:
/// HAMI waits 5 seconds, Metriport 4, and Metriport never sends again. The limit is one second at the 99th percentile.
/// </summary>
internal static class FloodBenchmark
{
    private const double LimitMilliseconds = 1000;
    private const int FloodConnections = 16;
    private const int CallsPerSecond = 20;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    private const string Escaped = """
        {"\u0061":"\u0062 \u0063 \u0064 \u0065 \u0066 \u0067 \u0068 \u0069 \u006a \u006b \u006c"}
        """;

    private static readonly byte[] EmptyEvents = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", 340_000))}]");
    private static readonly byte[] Broken = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(Escaped, 9_000))}");

    private static readonly (string Name, Func<int, byte[]>? Body)[] Floods =
    [
        ("no flood", null),
        ("340,000 empty events", _ => EmptyEvents),
        ("1,000 sound notes", Notes),
        ("broken at its end", _ => Broken),
    ];

    public static int Run()
    {
        var isWithinLimit = true;
        foreach (var (name, body) in Floods)
        {
            using var gateway = new ServingGateway(FloodConnections + 200);
            isWithinLimit &= MeasureAsync(gateway, name, body).GetAwaiter().GetResult();
        }

        Console.WriteLine(FormattableString.Invariant($"{(isWithinLimit ? "within" : "beyond")} the limit of {LimitMilliseconds:N0} ms"));
        return isWithinLimit ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(ServingGateway gateway, string name, Func<int, byte[]>? body)
    {
        // What only the first calls pay for is not the flood's doing.
        for (var call = 0; call < 20; call++)
        {
            await gateway.SendAsync("hami", Note("hami", -1 - call), CancellationToken.None);
            await gateway.SendAsync("metriport", Note("metriport", -1 - call), CancellationToken.None);
        }

        using var over = new CancellationTokenSource();
        var answered = new ConcurrentDictionary<int, int>();
        var senders = Enumerable.Range(0, body is null ? 0 : FloodConnections);
        var flood = senders.Select(sender => FloodAsync(gateway, sender, body!, answered, over.Token)).ToArray();
        if (body is not null) await Task.Delay(TimeSpan.FromSeconds(2));
        var probes = await Task.WhenAll(ProbeAsync(gateway, "hami"), ProbeAsync(gateway, "metriport"));
        var held = gateway.WorkingSet / 1024 / 1024;
        await over.CancelAsync();
        await Task.WhenAll(flood);

        var floods = string.Join(", ", answered.OrderBy(each => each.Key).Select(each => $"{each.Value} answered {each.Key}"));
        Console.WriteLine($"{name}: {floods}; {held} MiB held");
        foreach (var probe in probes) Console.WriteLine(probe.Shown);
        return probes.All(probe => probe.IsWithinLimit);
    }

    private static async Task FloodAsync(
        ServingGateway gateway,
        int sender,
        Func<int, byte[]> body,
        ConcurrentDictionary<int, int> answered,
        CancellationToken cancellationToken)
    {
        for (var call = 0; !cancellationToken.IsCancellationRequested; call++)
        {
            try
            {
                var (status, _) = await gateway.SendAsync("human-api", body((sender * 1_000_000) + call), cancellationToken);
                answered.AddOrUpdate(status, 1, (_, count) => count + 1);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // Calls go out at fixed times, whether the ones before are answered or not: a gateway that stalls can't hide behind fewer calls.
    private static async Task<Probe> ProbeAsync(ServingGateway gateway, string vendor)
    {
        var calls = new List<Task<(int Status, double Milliseconds)>>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / CallsPerSecond));
        for (var call = 0; call < CallsPerSecond * Measured.TotalSeconds; call++)
        {
            calls.Add(gateway.SendAsync(vendor, Note(vendor, call), CancellationToken.None));
            await timer.WaitForNextTickAsync();
        }

        return new Probe(vendor, await Task.WhenAll(calls));
    }

    private static byte[] Note(string vendor, int number)
    {
        var sample = ServingGateway.Vendor(vendor).Samples.Single(each => each.IsDemo);
        var id = vendor == "hami" ? "\"appointmentId\": \"" : "\"messageId\":\"";
        var text = Encoding.UTF8.GetString(sample.Body.Span);
        var changed = text.Replace(id, $"{id}{number}-", StringComparison.Ordinal);
        return changed == text
            ? throw new InvalidOperationException($"The sample of {vendor} has no {id}.")
            : Encoding.UTF8.GetBytes(changed);
    }

    private static byte[] Notes(int number) => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 1000).Select(event1 => $$$"""
        {"timestamp":"2026-03-02T14:07:09.318000","eventId":"{{{number:x8}}}-0000-4000-8000-{{{event1:x12}}}","orderId":"o{{{event1}}}",
         "eventType":"integrations.VendorNoteCreated","humanId":"h{{{event1}}}","eventPayload":{"note":"{{{Words}}}"} }
        """))}]");

    private static string Words { get; } = string.Join(' ', Enumerable.Repeat("called the practice, no answer;", 22));

    private sealed record Probe(string Vendor, IReadOnlyList<(int Status, double Milliseconds)> Answers)
    {
        private readonly double[] _sorted = [.. Answers.Select(answer => answer.Milliseconds).Order()];

        // A refusal by a limit or a failure is no answer.
        private int Unanswered => Answers.Count(answer => answer.Status is 429 or >= 500);

        public bool IsWithinLimit => At(0.99) <= LimitMilliseconds && Unanswered == 0;

        public string Shown => FormattableString.Invariant(
            $"  {Vendor,-10}{Answers.Count,6} calls, median {At(0.5),6:N0} ms, p99 {At(0.99),6:N0} ms, longest {_sorted[^1],6:N0} ms")
            + $", unanswered {Unanswered}";

        private double At(double share) => _sorted[(int)Math.Ceiling(share * _sorted.Length) - 1];
    }
}
