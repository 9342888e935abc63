using System.Diagnostics;
using System.Globalization;
using FhirGateway.Ledger;
using FhirGateway.Ledger.PostgreSql;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Testing;

namespace FhirGateway.Benchmarks;

/// <summary>
/// What the ledger takes for each of its steps when it holds very many deliveries, beside an empty one in the same run; how long it takes to
/// open; and how fast retention removes. SQLite, and PostgreSQL where <c>FHIRGATEWAY_TEST_POSTGRES</c> names one.
/// </summary>
internal static class LedgerBenchmark
{
    private const int Rounds = 7;
    private const int PerRound = 256;
    private const int Forgotten = 20_000;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <param name="delivered">How many are delivered; a tenth as many are pending.</param>
    public static int Run(int delivered)
    {
        using (var folder = new TemporaryFolder())
        {
            string File(string name) => Path.Combine(folder.Path, name, "ledger.db");
            Measure(
                "SQLite",
                delivered,
                name => SqliteLedger.Open(File(name), TimeProvider.System),
                name => FilledLedger.OfFile(File(name)));
        }

        if (Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_POSTGRES") is { Length: > 0 })
        {
            using var empty = PostgresRoom.Create();
            using var full = PostgresRoom.Create();
            string Room(string name) => name == "full" ? full.ConnectionString : empty.ConnectionString;
            Measure(
                "PostgreSQL",
                delivered,
                name => PostgresLedger.Open(Room(name), TimeProvider.System),
                name => FilledLedger.OfDatabase(Room(name)));
        }

        return 0;
    }

    private static void Measure(string store, int delivered, Func<string, ILedger> open, Func<string, FilledLedger> filler) =>
        MeasureAsync(store, delivered, open, filler).GetAwaiter().GetResult();

    private static async Task MeasureAsync(
        string store, int delivered, Func<string, ILedger> open, Func<string, FilledLedger> filler)
    {
        var filling = Stopwatch.StartNew();
        await using (var template = open("full")) await FilledLedger.MakeTemplatesAsync(template);
        using (var filled = filler("full")) filled.Fill(delivered, delivered / 10);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{store}: {delivered:N0} delivered, {delivered / 10:N0} pending (made in {filling.Elapsed.TotalSeconds:N0} s)"));

        await using (var empty = open("empty")) await FilledLedger.MakeTemplatesAsync(empty);
        var starts = new Beside();
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in (string[])["empty", "full"])
            {
                var clock = Stopwatch.StartNew();
                await using var opened = open(name);
                await opened.NextAwaitedAsync();
                starts.Add("open", name, clock.Elapsed.TotalMilliseconds);
                clock.Restart();
                await opened.HastenAsync();
                starts.Add("first claim", name, await ClaimOneAsync(opened));
            }
        }

        starts.Show("ms");
        var steps = new Beside();
        await using (var empty = open("empty"))
        await using (var full = open("full"))
        {
            for (var round = 0; round < Rounds; round++)
            {
                await RoundAsync(empty, "empty", round, steps);
                await RoundAsync(full, "full", round, steps);
            }

            steps.Show("µs");
            await ForgetAsync(full);
        }
    }

    private static async Task<double> ClaimOneAsync(ILedger ledger)
    {
        var clock = Stopwatch.StartNew();
        foreach (var claim in await ledger.ClaimAsync(1, Lease)) await ledger.RetryAsync(claim, "measured", claim.ReceivedAt);
        return clock.Elapsed.TotalMilliseconds;
    }

    private static async Task RoundAsync(ILedger ledger, string name, int round, Beside steps)
    {
        // The first round warms both up.
        var target = round == 0 ? new Beside() : steps;
        var messages = Enumerable.Range(0, PerRound).Select(_ => FilledLedger.Message(Guid.CreateVersion7().ToString(), 1)).ToArray();
        var accepted = new string[PerRound];
        await target.TimeAsync("receive", name, PerRound, () => Task.WhenAll(
            messages.Select(async (message, i) => accepted[i] = await ledger.AcceptAsync(message))));
        await target.TimeAsync("index (what is left of it)", name, PerRound, () => ledger.DeliveriesOfAsync(accepted[^1]));
        await target.TimeAsync("receive a repeat", name, PerRound, () => Task.WhenAll(
            messages.Select(message => ledger.RecordAsync(message))));

        var claims = new List<ClaimedDelivery>();
        await target.TimeAsync("claim, 32 at a time", name, PerRound, async () =>
        {
            while (claims.Count < PerRound) claims.AddRange(await ledger.ClaimAsync(32, Lease));
        });
        await target.TimeAsync("ask whether it is held", name, PerRound, () => Task.WhenAll(
            claims.Select(claim => ledger.HoldsAsync(claim))));
        await target.TimeAsync("end, delivered with a version", name, PerRound, () => Task.WhenAll(
            claims.Select(claim => ledger.DeliveredAsync(claim, FilledLedger.Receipt, [FilledLedger.Version(claim.EventKey)]))));
        await target.TimeAsync("look back at a document", name, PerRound, () => Task.WhenAll(
            claims.Select(claim => ledger.LatestVersionsAsync("clinic", [claim.EventKey]))));
        await ledger.WaitForWorkAsync(TimeSpan.Zero, CancellationToken.None); // takes the signal
        await target.TimeAsync("when is the next due", name, 1, () => ledger.WaitForWorkAsync(TimeSpan.Zero, CancellationToken.None));

        await target.TimeAsync("list deliveries", name, 1, () => ledger.DeliveriesAsync(new DeliveryFilter()));
        await target.TimeAsync("list what is parked or dead", name, 1, () => ledger.DeliveriesAsync(
            new DeliveryFilter("clinic", [DeliveryState.Parked, DeliveryState.Dead])));
        await target.TimeAsync("list messages", name, 1, () => ledger.MessagesAsync(new MessageFilter()));
        await target.TimeAsync("show a delivery", name, 1, () => ledger.DeliveryAsync(claims[0].Id));
        await target.TimeAsync("oldest owed", name, 1, () => ledger.OldestOwedAsync());
    }

    private static async Task ForgetAsync(ILedger full)
    {
        var before = new SettledBefore(TimeProvider.System.GetUtcNow(), new Dictionary<string, DateTimeOffset?>());
        var none = new SettledBefore(null, new Dictionary<string, DateTimeOffset?>());
        await TimeAsync("bodies", after => full.RemoveBodiesAsync(before, after, 100));
        await TimeAsync("receipts", after => full.RemoveReceiptsAsync(before, none, after, 100));

        static async Task TimeAsync(string what, Func<long, Task<RetentionStep>> step)
        {
            var (clock, removed) = (Stopwatch.StartNew(), 0);
            for (long? next = 0; next is { } after && removed < Forgotten;)
            {
                var done = await step(after);
                (removed, next) = (removed + done.Removed.Sum(each => each.Count), done.Next);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  retention, {what}: {removed / clock.Elapsed.TotalSeconds:N0} messages a second"));
        }
    }
}
