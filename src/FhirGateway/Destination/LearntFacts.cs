using System.Collections.Concurrent;
using System.Globalization;

namespace FhirGateway.Destination;

/// <summary>
/// What the destination's answers have taught, over restarts: the next start must not learn it from a patient's chart again.
/// </summary>
internal sealed class LearntFacts(DestinationMemory memory, TimeProvider clock)
{
    private const string Atomic = "atomic";
    private const string ClientIds = "client-ids";
    private const string RefusedEntriesName = "refused-entries";
    private const string No = "no";

    private readonly ConcurrentDictionary<string, (string Value, DateTimeOffset At)> _facts = new(StringComparer.Ordinal);
    private volatile bool _isRecalled;

    /// <summary>When it answered success with failed entries inside; null when it never did.</summary>
    public DateTimeOffset? NotAtomicAt => AtOfNo(Atomic);

    /// <summary>When it refused an id that the gateway chose; null when it never did.</summary>
    public DateTimeOffset? RefusedClientIdsAt => AtOfNo(ClientIds);

    /// <summary>The fewest entries that it refused as too many, and when; null when it never did.</summary>
    public (int Count, DateTimeOffset At)? RefusedEntries => _facts.TryGetValue(RefusedEntriesName, out var fact)
        ? (int.Parse(fact.Value, CultureInfo.InvariantCulture), fact.At)
        : null;

    /// <summary>How its resources were written, as <see cref="WrittenWays"/> has it; null when none were.</summary>
    public string? Written => _facts.TryGetValue(WrittenWays.Fact, out var fact) ? fact.Value : null;

    /// <summary>Reads what was kept, once.</summary>
    public async Task RecallAsync(CancellationToken cancellationToken)
    {
        if (_isRecalled) return;
        foreach (var (name, fact) in await memory.Recall(cancellationToken)) _facts.TryAdd(name, fact);
        _isRecalled = true;
    }

    /// <returns>Whether it is news; so with all that are kept.</returns>
    public Task<bool> KeepNotAtomicAsync() => KeepAsync(Atomic, No);

    /// <inheritdoc cref="KeepNotAtomicAsync"/>
    public Task<bool> KeepNoClientIdsAsync() => KeepAsync(ClientIds, No);

    /// <inheritdoc cref="KeepNotAtomicAsync"/>
    public Task<bool> KeepRefusedEntriesAsync(int count) => RefusedEntries is var (known, _) && known <= count
        ? Task.FromResult(false)
        : KeepAsync(RefusedEntriesName, count.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="KeepNotAtomicAsync"/>
    public Task<bool> KeepWrittenAsync(string way) => KeepAsync(WrittenWays.Fact, way);

    private DateTimeOffset? AtOfNo(string name) => _facts.TryGetValue(name, out var fact) && fact.Value == No ? fact.At : null;

    private async Task<bool> KeepAsync(string name, string value)
    {
        if (_facts.TryGetValue(name, out var known) && known.Value == value) return false;
        _facts[name] = (value, clock.GetUtcNow());
        await memory.Keep(name, value);
        return true;
    }
}
