using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Sources;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Caching.Memory;

namespace FhirGateway.Pipeline;

/// <summary>
/// The readings of the last few messages. A message may tell a thousand events, whose deliveries are worked one after the other: read whole
/// for each of them, one megabyte of notes kept every core busy for minutes, and other sources waited. A reading never changes.
/// </summary>
public sealed class RecentReadings(ILedger ledger) : IDisposable
{
    private const long MostBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private readonly MemoryCache _readings = new(new MemoryCacheOptions { SizeLimit = MostBytes });

    /// <summary>The claimed delivery's message, read.</summary>
    /// <exception cref="InvalidOperationException">The ledger holds no such message.</exception>
    public async Task<Reading> OfAsync(Source source, ClaimedDelivery claim)
    {
        if (_readings.TryGetValue(claim.MessageId, out Reading? known)) return known!;
        var body = await ledger.MessageBodyAsync(claim.MessageId)
            ?? throw new InvalidOperationException($"The ledger has no message {claim.MessageId}.");
        var reading = GatewayTraces.Step("read", () => source.Vendor.Read(body, source.Settings));

        // A message of one event is read once: keeping it would help nobody.
        if (reading.Events.Count > 1)
            _readings.Set(claim.MessageId, reading, new MemoryCacheEntryOptions { Size = body.Length, SlidingExpiration = Kept });
        return reading;
    }

    public void Dispose() => _readings.Dispose();
}
