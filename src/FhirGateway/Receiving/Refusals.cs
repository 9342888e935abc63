using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Sources;
using FhirGateway.Telemetry;

namespace FhirGateway.Receiving;

/// <summary>
/// Keeps account of refused calls, in memory at first and a moment later in the ledger: nobody can make it write for each of their calls.
/// Refused calls of proven senders are kept with the rule and the place they broke. Refusals by a limit are logged once a minute.
/// </summary>
public sealed class Refusals(ILedger ledger, GatewayMetrics metrics, TimeProvider clock, ILogger<Refusals> logger) : BackgroundService
{
    /// <summary>Stands for all names that no source has: a caller's own words are never counted.</summary>
    public const string UnknownSource = "(unknown)";

    private const int MostProblems = 20;
    private const int LongestPointer = 512;
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLogLines = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Source, string Reason), Tally> _tallies = new();
    private readonly ConcurrentQueue<NewRefusedCall> _unwritten = new();

    /// <summary>Counts and logs a refused call; one of a proven sender is kept. Neither waits for the ledger.</summary>
    /// <param name="status">The HTTP status that it is answered with.</param>
    /// <param name="bytes">The body's length as it travelled.</param>
    public void Add(Source source, Refusal refusal, int status, int bytes)
    {
        Count(source.Name, refusal.Reason, refusal.IsByLimit);
        if (refusal.IsByLimit) return;
        if (refusal.IsProven) Keep(source, refusal, status, bytes);
        else ReceivingLog.Refused(logger, source.Name, status, refusal.Reason);
    }

    /// <summary>Counts and logs a call that got no further than its source's name.</summary>
    /// <param name="source">A configured source's name, or <see cref="UnknownSource"/>.</param>
    public void Add(string source, int status, string reason, bool isByLimit = false)
    {
        Count(source, reason, isByLimit);
        if (!isByLimit) ReceivingLog.Refused(logger, source, status, reason);
    }

    /// <summary>Writes what was counted and kept to the ledger, and logs the refusals by limits of the last minute.</summary>
    public async Task WriteAsync()
    {
        var now = clock.GetUtcNow();
        var counts = new List<NewRefusals>();
        foreach (var ((source, reason), tally) in _tallies)
        {
            if (tally.TakeUnwritten() is > 0 and var count) counts.Add(new NewRefusals(source, reason, count, now));
            if (tally.TakeUnlogged(now, BetweenLogLines) is > 0 and var refused)
                ReceivingLog.RefusedByLimit(logger, source, refused, reason);
        }

        var calls = new List<NewRefusedCall>();
        while (_unwritten.TryDequeue(out var call)) calls.Add(call);
        if (counts.Count + calls.Count == 0) return;
        try
        {
            await ledger.AddRefusalsAsync(counts, calls);
        }
        catch
        {
            foreach (var each in counts) _tallies[(each.Source, each.Reason)].PutBack(each.Count);
            foreach (var each in calls) KeepForLater(each);
            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenWrites, clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                // What was counted until now is still written.
            }

            try
            {
                await WriteAsync();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                ReceivingLog.NotCounted(logger, failure.GetType().Name);
            }
        }
    }

    private void Count(string source, string reason, bool isByLimit)
    {
        metrics.Refused(source, reason);
        _tallies.GetOrAdd((source, reason), _ => new Tally()).Add(isByLimit);
    }

    private void Keep(Source source, Refusal refusal, int status, int bytes)
    {
        // Places in a body that could not be read are made of its own keys, and those may be clinical words: they are not logged.
        var first = refusal.Problems[0];
        var isOwnKey = refusal.Reading is { Body.ValueKind: JsonValueKind.Undefined };
        var pointer = isOwnKey ? "a place that GET /api/refusals names" : first.Pointer is { Length: > 0 } place ? place : "the whole call";
        ReceivingLog.RefusedProven(logger, source.Name, status, refusal.Reason, pointer, first.Code, refusal.Problems.Count);
        KeepForLater(new NewRefusedCall(source.Name, clock.GetUtcNow(), status, refusal.Reason, bytes, Json(refusal.Problems)));
    }

    // While the ledger can't be written, the newest ones are kept in memory: as many as it would keep of one source.
    private void KeepForLater(NewRefusedCall call)
    {
        _unwritten.Enqueue(call);
        while (_unwritten.Count > ILedger.RefusedCallsKept && _unwritten.TryDequeue(out _))
        {
        }
    }

    private static string Json(IReadOnlyList<Problem> problems) => new JsonArray(
    [
        .. problems.Take(MostProblems).Select(problem => new JsonObject
        {
            ["code"] = problem.Code,
            ["text"] = problem.Text,
            ["pointer"] = problem.Pointer is { } pointer && pointer.Length > LongestPointer ? pointer[..LongestPointer] : problem.Pointer,
        }),
    ]).ToJsonString();

    /// <summary>How many refusals of one kind there were since they were last written, and since they were last logged.</summary>
    private sealed class Tally
    {
        private long _unwritten;
        private long _unlogged;
        private DateTimeOffset _logged = DateTimeOffset.MinValue;

        public void Add(bool isLoggedLater)
        {
            Interlocked.Increment(ref _unwritten);
            if (isLoggedLater) Interlocked.Increment(ref _unlogged);
        }

        public long TakeUnwritten() => Interlocked.Exchange(ref _unwritten, 0);

        public void PutBack(long unwritten) => Interlocked.Add(ref _unwritten, unwritten);

        public long TakeUnlogged(DateTimeOffset now, TimeSpan between)
        {
            if (now - _logged < between || Interlocked.Read(ref _unlogged) == 0) return 0;
            _logged = now;
            return Interlocked.Exchange(ref _unlogged, 0);
        }
    }
}
