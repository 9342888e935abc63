using System.Collections.Concurrent;
using System.Globalization;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Destination;

/// <summary>
/// What is known of the destination: what is set, what it says of itself, and what its answers have shown. What was shown is kept, for the
/// next start must not learn it from a patient's chart again.
/// </summary>
public sealed class KnownDestination(
    FhirServer destination,
    IOptions<GatewaySettings> settings,
    DestinationMemory memory,
    TimeProvider clock,
    ILogger<KnownDestination> logger)
    : IDisposable
{
    private const string Atomic = "atomic";
    private const string ClientIds = "client-ids";
    private const string RefusedEntries = "refused-entries";
    private const string No = "no";

    // Whoever waits for a note doesn't wait for a server that is slow to describe itself.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(30);

    private readonly DestinationOptions _options = settings.Value.Destination;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, string> _learnt = new(StringComparer.Ordinal);
    private volatile DestinationFeatures? _features;
    private long _askedAt; // ticks, so that it is read whole
    private string _missing = "";
    private bool _isRecalled;
    private volatile bool _isShownAtomic;
    private volatile bool _isShownNotAtomic;
    private bool? _ignoresCase;

    /// <summary>What somebody who runs the gateway should know of the destination, in words.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            var notes = new List<string>();
            if (_features is { } features && features.Missing is { Count: > 0 } missing)
                notes.Add($"Its CapabilityStatement names no {string.Join(", no ", missing)}.");
            if (_isShownNotAtomic || _options.Atomic == AtomicSetting.False || (_options.Atomic == AtomicSetting.Learn && IsLearnt(Atomic)))
            {
                notes.Add("It does transactions entry by entry: earlier versions are ended in a second request. Once it does them whole, "
                    + "set Gateway:Destination:Atomic to true.");
            }

            if (_options.ClientIds == ClientIdsSetting.No || (_options.ClientIds == ClientIdsSetting.Auto && IsLearnt(ClientIds)))
            {
                notes.Add("It does not accept ids from clients: what has no identifier in R4 is written under a tag. "
                    + "Gateway:Destination:ClientIds decides.");
            }

            if (Refused is { } refused && _options.MaxEntries is null)
            {
                notes.Add($"It refused {refused} entries in one transaction: larger ones go out in parts. "
                    + "Gateway:Destination:MaxEntries sets the size.");
            }

            return notes;
        }
    }

    private TimeSpan Age => TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - Volatile.Read(ref _askedAt));

    private int? Refused => _learnt.TryGetValue(RefusedEntries, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Whether it answers as a FHIR server does; asked anew.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        await RecallAsync(cancellationToken);
        return await AskAsync(cancellationToken) is not null;
    }

    /// <summary>What it says of itself; null while it does not.</summary>
    public async Task<DestinationFeatures?> FeaturesAsync(CancellationToken cancellationToken)
    {
        if (Age < AskedAgainAfter || (_features is not null && Age < BelievedFor)) return _features;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Age < AskedAgainAfter) return _features;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            return await AskAsync(limit.Token) ?? _features;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _features;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether it is known to do a transaction wholly or not at all.</summary>
    public async Task<bool> IsAtomicAsync(CancellationToken cancellationToken)
    {
        if (!await MayBeAtomicAsync(cancellationToken)) return false;
        return _options.Atomic == AtomicSetting.True || _isShownAtomic || await ShowsAtomicAsync(cancellationToken);
    }

    /// <summary>Whether it may do transactions wholly: it says so, or somebody does, and nothing has shown that it doesn't.</summary>
    public async Task<bool> MayBeAtomicAsync(CancellationToken cancellationToken)
    {
        if (_isShownNotAtomic) return false;
        if (_options.Atomic != AtomicSetting.Learn) return _options.Atomic == AtomicSetting.True;
        await RecallAsync(cancellationToken);
        return !IsLearnt(Atomic) && await FeaturesAsync(cancellationToken) is { HasTransactions: true };
    }

    /// <summary>Whether resources of these types may be put to ids that the gateway chose.</summary>
    public async Task<bool> TakesClientIdsAsync(IEnumerable<string> types, CancellationToken cancellationToken)
    {
        if (_options.ClientIds != ClientIdsSetting.Auto) return _options.ClientIds == ClientIdsSetting.Yes;
        await RecallAsync(cancellationToken);
        if (IsLearnt(ClientIds)) return false;
        var features = await FeaturesAsync(cancellationToken);
        return features is null || types.All(type => features.Types.GetValueOrDefault(type)?.UpdateCreate != false);
    }

    /// <summary>
    /// Whether its searches ignore case, as R4 lets them (http://hl7.org/fhir/R4/search.html#token): then a conditional write may hit what
    /// only looks alike. Asked by the name of something that is there, until it shows: what a search does not find at all yet shows
    /// nothing.
    /// </summary>
    /// <param name="there">
    /// A system and a value: only the value's case is changed, for systems are URIs, which many compare exactly.
    /// </param>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<bool> IgnoresCaseAsync(Condition there, CancellationToken cancellationToken)
    {
        if (_ignoresCase is { } known) return known;
        if ((await destination.FindAsync(there, cancellationToken)).Matches is not { Count: > 0 }) return true;
        var (name, value) = there.Query[0];
        var from = value.LastIndexOf('|') + 1;
        var turned = value[..from] + string.Concat(value[from..].Select(OfOtherCase));
        var found = await destination.FindAsync($"{there.Type}?{name}={Uri.EscapeDataString(turned)}", cancellationToken);
        if (found.Matches is null || turned == value) return true;
        return (_ignoresCase = found.Others > 0).Value;
    }

    /// <summary>How large a transaction may be.</summary>
    public async Task<EntryLimit> EntryLimitAsync(CancellationToken cancellationToken)
    {
        await RecallAsync(cancellationToken);
        return new EntryLimit(_options.MaxEntries, Refused);
    }

    /// <summary>It answered a transaction with success and failed entries inside.</summary>
    public async Task LearnNotAtomicAsync()
    {
        _isShownNotAtomic = true;
        if (!await LearnAsync(Atomic, No)) return;
        DestinationLog.IsNotAtomic(logger);
    }

    /// <summary>It refused a new resource under an id that the gateway chose.</summary>
    /// <returns>Whether it is written otherwise from now on; false where the settings say that it must not.</returns>
    public async Task<bool> LearnNoClientIdsAsync()
    {
        if (_options.ClientIds == ClientIdsSetting.Yes) return false;
        if (await LearnAsync(ClientIds, No)) DestinationLog.TakesNoClientIds(logger);
        return true;
    }

    /// <summary>It refused so many entries as too many.</summary>
    public async Task LearnRefusedEntriesAsync(int count)
    {
        if (Refused is { } known && known <= count) return;
        if (await LearnAsync(RefusedEntries, count.ToString(CultureInfo.InvariantCulture))) DestinationLog.HasEntryLimit(logger, count);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static char OfOtherCase(char sign) => char.IsUpper(sign) ? char.ToLowerInvariant(sign) : char.ToUpperInvariant(sign);

    private bool IsLearnt(string name) => _learnt.GetValueOrDefault(name) == No;

    private async Task<bool> LearnAsync(string name, string value)
    {
        if (_learnt.TryGetValue(name, out var known) && known == value) return false;
        _learnt[name] = value;
        await memory.Keep(name, value);
        return true;
    }

    private async Task RecallAsync(CancellationToken cancellationToken)
    {
        if (_isRecalled) return;
        foreach (var (name, value) in await memory.Recall(cancellationToken)) _learnt.TryAdd(name, value);
        _isRecalled = true;
    }

    private async Task<DestinationFeatures?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await destination.CapabilitiesAsync(cancellationToken);
            var features = answer.IsSuccess ? DestinationFeatures.Read(answer.Resource) : null;
            if (features is not null)
            {
                _features = features;
                var missing = string.Join(", no ", features.Missing);
                if (missing.Length > 0 && missing != _missing) DestinationLog.LacksFeatures(logger, missing);
                _missing = missing;
            }

            return features;
        }
        catch (FhirRequestException)
        {
            return null;
        }
        finally
        {
            Volatile.Write(ref _askedAt, clock.GetUtcNow().UtcTicks);
        }
    }

    private async Task<bool> ShowsAtomicAsync(CancellationToken cancellationToken)
    {
        var answer = await destination.TransactionAsync(AtomicityProbe.Bytes, "shows-whether-atomic", cancellationToken);
        if (TransactionOutcome.Read(answer, 1).Verdict == TransactionVerdict.PartlyFailed) await LearnNotAtomicAsync();
        return _isShownAtomic = AtomicityProbe.IsRefused(answer);
    }
}

/// <summary>How large a transaction may be.</summary>
/// <param name="Set">The most entries, as somebody has set, who is believed; null for as many as there are.</param>
/// <param name="Refused">The fewest entries that the destination has refused as too many; null when it has not.</param>
public sealed record EntryLimit(int? Set, int? Refused)
{
    /// <summary>The most entries that parts are made of: half of what was refused, for no server says how many it takes.</summary>
    public int? Target => Set ?? (Refused is { } refused ? Math.Max(refused / 2, 1) : null);

    /// <summary>Whether what can't be divided may be tried: what was refused once need not be refused today.</summary>
    public bool Allows(int count) => count <= (Set ?? int.MaxValue);
}
