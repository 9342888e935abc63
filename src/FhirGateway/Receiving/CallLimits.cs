using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using FhirGateway.Settings;
using FhirGateway.Sources;
using Microsoft.Extensions.Options;

namespace FhirGateway.Receiving;

/// <summary>
/// What one source may ask of the gateway, so that it never harms another: calls in a minute, bytes in memory, time to be checked, and room
/// in the ledger's next commit. A stranger who calls in a source's name uses up none of the source's own share of calls.
/// </summary>
public sealed class CallLimits : IDisposable
{
    private const int UnknownSourceCallsPerMinute = 60;

    // Bytes of a body that is checked within some tens of microseconds.
    private const int ShortMessage = 8 * 1024;

    // One unit is an event or a kibibyte of body: what a commit of one source's messages holds at most, while other sources wait for it.
    private const int CommitUnits = 1024;

    /// <summary>When a caller that has proven nothing may try again.</summary>
    public static readonly TimeSpan AfterUnproven = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<(Source? Source, IPAddress? Address)> _unproven = PartitionedRateLimiter.Create(
        ((Source? Source, IPAddress? Address) caller) => RateLimitPartition.GetTokenBucketLimiter(
            (caller.Source?.Name, NetworkOf(caller.Address)),
            _ => PerMinute(caller.Source?.Options.UnprovenRequestsPerMinute ?? UnknownSourceCallsPerMinute)));

    private readonly PartitionedRateLimiter<Source> _proven = PartitionedRateLimiter.Create(
        (Source source) => RateLimitPartition.GetTokenBucketLimiter(source.Name, _ => PerMinute(source.Options.RequestsPerMinute)));

    private readonly PartitionedRateLimiter<Source> _bytes;

    private readonly PartitionedRateLimiter<Source> _turns = PartitionedRateLimiter.Create(
        (Source source) => Concurrent(source.Name, permits: 1, queue: int.MaxValue));

    private readonly PartitionedRateLimiter<Source> _commits = PartitionedRateLimiter.Create(
        (Source source) => Concurrent(source.Name, CommitUnits, queue: int.MaxValue));

    public CallLimits(IOptions<GatewaySettings> settings)
    {
        var receiving = settings.Value.Receiving;
        _bytes = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create((Source _) => Concurrent("process", receiving.BytesInFlight, queue: 0)),
            PartitionedRateLimiter.Create((Source source) => Concurrent(source.Name, receiving.BytesInFlightPerSource, queue: 0)));
    }

    /// <summary>
    /// Whether a call may be looked at, though nothing of it is proven yet. Takes nothing: only a call that stays unproven counts.
    /// </summary>
    /// <param name="source">Null for a name that no source has.</param>
    /// <remarks>
    /// A bucket can hold a part of a token: acquiring none of them would succeed then, and for ever, since a whole one is never taken.
    /// </remarks>
    public bool MayTry(Source? source, IPAddress? address) =>
        _unproven.GetStatistics((source, address)) is null or { CurrentAvailablePermits: >= 1 };

    /// <summary>Counts a call that was not proven.</summary>
    public void CountUnproven(Source? source, IPAddress? address) => _unproven.AttemptAcquire((source, address)).Dispose();

    /// <summary>Counts a proven call. Not acquired when the source has made as many as it may.</summary>
    public RateLimitLease CountProven(Source source) => _proven.AttemptAcquire(source);

    /// <summary>When a call that was not acquired may be made again.</summary>
    public static TimeSpan RetryAfter(RateLimitLease refused) =>
        refused.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);

    /// <summary>What one call of the source holds in memory, until disposed: nothing at first.</summary>
    public HeldBytes Hold(Source source) => new(bytes => _bytes.AttemptAcquire(source, bytes));

    /// <summary>
    /// The source's turn to have a message checked, until disposed: one at a time, so that a flood keeps one thread busy at most. Null for
    /// a short message, which needs none: checking it takes no longer than receiving it did.
    /// </summary>
    /// <param name="bytes">The body's length.</param>
    public async ValueTask<RateLimitLease?> TurnAsync(Source source, int bytes) =>
        bytes <= ShortMessage ? null : await _turns.AcquireAsync(source);

    /// <summary>Room in the ledger's next commit, until disposed.</summary>
    /// <param name="events">How many deliveries are recorded.</param>
    /// <param name="bytes">The body's length.</param>
    public ValueTask<RateLimitLease> RoomInCommitAsync(Source source, int events, int bytes) =>
        _commits.AcquireAsync(source, Math.Clamp(events + (bytes / 1024), 1, CommitUnits));

    public void Dispose()
    {
        foreach (var limiter in (IDisposable[])[_unproven, _proven, _bytes, _turns, _commits]) limiter.Dispose();
    }

    private static RateLimitPartition<string> Concurrent(string of, long permits, int queue) => RateLimitPartition.GetConcurrencyLimiter(
        of, _ => new ConcurrencyLimiterOptions { PermitLimit = (int)Math.Min(permits, int.MaxValue), QueueLimit = queue });

    private static TokenBucketRateLimiterOptions PerMinute(int calls) => new()
    {
        TokenLimit = calls,
        TokensPerPeriod = Math.Max(1, calls / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / calls)),
        QueueLimit = 0,
    };

    // Whoever has one IPv6 address has its whole network (RFC 6177).
    private static IPAddress? NetworkOf(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) return address.MapToIPv4();
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 }) return address;
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes);
    }
}
