using FhirGateway.Destination.Probing;
using FhirGateway.Settings;
using FhirGateway.Telemetry;

namespace FhirGateway.Destination;

/// <summary>
/// What is known of the destination: what is set, what it says of itself, and what its answers have shown; and the strategy that follows.
/// </summary>
public sealed class KnownDestination(
    FhirServer destination,
    DestinationOptions options,
    DestinationMemory memory,
    TimeProvider clock,
    ILogger<KnownDestination> logger)
    : IDisposable
{
    // Whoever waits for a note doesn't wait for a server that is slow to describe itself.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly LearntFacts _learnt = new(memory, clock);
    private volatile DestinationFeatures? _features;
    private long _askedAt; // ticks, so that it is read whole
    private string _missing = "";
    private volatile bool _isShownAtomic;
    private volatile bool _isShownNotAtomic;
    private bool? _ignoresCase;

    /// <summary>Where it is configured, for what is said of it.</summary>
    public string At => options.At;

    /// <summary>How it is written to, by all that is known now.</summary>
    public Strategy Strategy => Strategy.Of(options, Facts);

    /// <summary>What its last probe saw; null where there was none.</summary>
    public ProbeResult? Probed { get; set; }

    /// <summary>Whether its searches ignore case; null until one has shown it.</summary>
    public bool? IgnoresCase => _ignoresCase;

    /// <summary>What somebody who runs the gateway should know of the destination, in words.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            var notes = new List<string>();
            if (_features is { } features && features.Missing is { Count: > 0 } missing)
                notes.Add($"Its CapabilityStatement names no {string.Join(", no ", missing)}.");
            if (_isShownNotAtomic || options.PredecessorSet == PredecessorSetting.After
                || (options.PredecessorSet is null
                    && (_learnt.NotAtomicAt is not null || Probed?.WholeTransactions == Seen.Pretends)))
            {
                notes.Add("It does transactions entry by entry: earlier versions are ended in a second request. Once it does them whole, "
                    + $"set {At}:Strategy:Predecessor to SameTransaction.");
            }

            if (options.ClientIds == ClientIdsSetting.No
                || (options.ClientIds == ClientIdsSetting.Auto && _learnt.RefusedClientIdsAt is not null))
            {
                notes.Add("It does not accept ids from clients: what has no identifier in R4 is written under a tag. "
                    + $"{At}:ClientIds decides.");
            }

            if (_learnt.RefusedEntries is var (refused, _) && options.EntriesSet is null)
            {
                notes.Add($"It refused {refused} entries in one transaction: larger ones go out in parts. "
                    + $"{At}:Strategy:Entries sets the size.");
            }

            return notes;
        }
    }

    private DestinationFacts Facts => new(
        _features,
        _ignoresCase,
        _isShownAtomic,
        _learnt.NotAtomicAt,
        _isShownNotAtomic,
        _learnt.RefusedClientIdsAt,
        _learnt.RefusedEntries,
        Probed,
        _learnt.Written);

    private TimeSpan Age => TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks - Volatile.Read(ref _askedAt));

    /// <summary>Whether it answers as a FHIR server does; asked anew.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        await _learnt.RecallAsync(cancellationToken);
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

    /// <summary>How it is written to, once all is known that can be told without writing.</summary>
    public async Task<Strategy> StrategyAsync(CancellationToken cancellationToken)
    {
        await _learnt.RecallAsync(cancellationToken);
        await FeaturesAsync(cancellationToken);
        return Strategy;
    }

    /// <summary>Whether it is known to do a transaction wholly or not at all.</summary>
    public async Task<bool> IsAtomicAsync(CancellationToken cancellationToken)
    {
        if (!await MayBeAtomicAsync(cancellationToken)) return false;
        return options.PredecessorSet == PredecessorSetting.SameTransaction
            || _isShownAtomic || Probed?.WholeTransactions == Seen.Does || await ShowsAtomicAsync(cancellationToken);
    }

    /// <summary>Whether it may do transactions wholly: it says so, or somebody does, and nothing has shown that it doesn't.</summary>
    public async Task<bool> MayBeAtomicAsync(CancellationToken cancellationToken)
    {
        if (_isShownNotAtomic) return false;
        if (options.PredecessorSet is { } set) return set == PredecessorSetting.SameTransaction;
        if (Probed?.WholeTransactions == Seen.Pretends) return false;
        await _learnt.RecallAsync(cancellationToken);
        return _learnt.NotAtomicAt is null && await FeaturesAsync(cancellationToken) is { HasTransactions: true };
    }

    /// <summary>Whether resources of these types may be put to ids that the gateway chose.</summary>
    public async Task<bool> TakesClientIdsAsync(IEnumerable<string> types, CancellationToken cancellationToken)
    {
        if (options.ClientIds != ClientIdsSetting.Auto) return options.ClientIds == ClientIdsSetting.Yes;
        await _learnt.RecallAsync(cancellationToken);
        if (_learnt.RefusedClientIdsAt is not null || Probed?.ClientIds is Seen.Refuses or Seen.Pretends) return false;
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
        await _learnt.RecallAsync(cancellationToken);
        return new EntryLimit(options.EntriesSet, _learnt.RefusedEntries?.Count);
    }

    /// <summary>It answered a transaction with success and failed entries inside.</summary>
    public async Task LearnNotAtomicAsync()
    {
        _isShownNotAtomic = true;
        if (await _learnt.KeepNotAtomicAsync()) DestinationLog.IsNotAtomic(logger);
    }

    /// <summary>It refused a new resource under an id that the gateway chose.</summary>
    /// <returns>Whether it is written otherwise from now on; false where the settings say that it must not.</returns>
    public async Task<bool> LearnNoClientIdsAsync()
    {
        if (options.ClientIds == ClientIdsSetting.Yes) return false;
        if (await _learnt.KeepNoClientIdsAsync()) DestinationLog.TakesNoClientIds(logger, At);
        return true;
    }

    /// <summary>It holds, or may hold, what was written by the strategy.</summary>
    public Task LearnWrittenAsync() => _learnt.KeepWrittenAsync(WrittenWays.Of(Strategy.Writes.Is));

    /// <summary>It refused so many entries as too many.</summary>
    public async Task LearnRefusedEntriesAsync(int count)
    {
        if (await _learnt.KeepRefusedEntriesAsync(count)) DestinationLog.HasEntryLimit(logger, count, At);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static char OfOtherCase(char sign) => char.IsUpper(sign) ? char.ToLowerInvariant(sign) : char.ToUpperInvariant(sign);

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
