using System.Security.Cryptography;
using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// Asks a destination whether what its parked deliveries wait for has come, for many in one search, and wakes those whose has.
/// </summary>
public sealed class ParkedWorker(
    ILedger ledger,
    FhirServer destination,
    DestinationPause pause,
    Arrivals arrivals,
    OwnSources sources,
    VendorCatalog vendors,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<ParkedWorker> logger) : BackgroundService
{
    private const int NamesPerStep = 200;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    // A search for many that a server misunderstands must keep nothing back for ever.
    private static readonly TimeSpan BetweenOwnAttempts = TimeSpan.FromDays(1);

    private readonly DeliveryOptions _options = settings.Value.Delivery;
    private readonly ParkedSchedule _schedule = new(settings.Value.Delivery);

    /// <summary>
    /// Where the settings or the mappings are others than before, what deliveries wait for may be called otherwise: each is tried once.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Once, for the sources of all destinations.
        if (sources.AreOfDefault) await TryAnewAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Asks for all that is due by now.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        while (pause.Remaining == TimeSpan.Zero
            && await ledger.TakeAwaitedAsync(NamesPerStep, _options.ClaimLease, sources.Filter, cancellationToken) is { Count: > 0 } taken)
        {
            // As for deliveries: nobody else may have them while this one still asks.
            using var limit = new CancellationTokenSource(_options.ClaimLease * 0.8, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            foreach (var search in AwaitedSearch.Of(taken))
            {
                // What is left is due again when its lease ends.
                if (!await AskAsync(search, either.Token)) return;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sleep = _options.ParkedRetry < LongestSleep ? _options.ParkedRetry : LongestSleep;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await arrivals.WaitAsync(sleep, stoppingToken);
                if (await ledger.NextAwaitedAsync(sources.Filter, stoppingToken) <= clock.GetUtcNow()) await AskAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // What was taken is due again when its lease ends.
                PipelineLog.NotAsked(logger, failure.GetType().Name);
                await Task.Delay(LongestSleep, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    private async Task TryAnewAsync(CancellationToken cancellationToken)
    {
        const string Subject = "parked", Name = "names";
        var now = NamesDigest();
        var before = (await ledger.LearntAsync(Subject, cancellationToken)).GetValueOrDefault(Name);
        if (before?.Value == now) return;
        await ledger.TryParkedAsync(cancellationToken);
        await ledger.LearnAsync(Subject, Name, now, cancellationToken);
    }

    /// <returns>Whether it makes sense to ask for anything else.</returns>
    private async Task<bool> AskAsync(AwaitedSearch search, CancellationToken cancellationToken)
    {
        metrics.AskedForParked();
        Found? found = null;
        try
        {
            found = await destination.FindAsync(search.Search, cancellationToken);
        }
        catch (FhirRequestException failure) when (failure.Failure != FhirFailure.AnswerTooLarge)
        {
            PipelineLog.NotAsked(logger, failure.Failure.ToString());
            return failure.Failure == FhirFailure.TimedOut;
        }
        catch (FhirRequestException)
        {
            // The halves may be short enough.
        }

        if (found is { Matches: { } matches })
        {
            var there = search.Each.Where(each => matches.Any(each.Condition.IsMetBy)).Select(each => each.Awaited).ToList();
            await EndAsync(there, [.. search.Each.Select(each => each.Awaited).Except(there)], cancellationToken);
            return true;
        }

        if (found is { Answer.Status: 401 or 403 or 407 or 408 or 425 or 429 or 502 or 503 or 504 })
        {
            PipelineLog.NotAsked(logger, $"HTTP {found.Answer.Status}");
            return false;
        }

        // It may be too long for the server, or it can't take one of them: whose attempt says why.
        foreach (var half in search.Halves())
        {
            if (!await AskAsync(half, cancellationToken)) return false;
        }

        if (search.Each is [var (_, only)])
            await TryAsync([only], "a search for it was refused: an attempt says why", cancellationToken);
        return true;
    }

    private async Task EndAsync(List<Awaited> there, List<Awaited> missing, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var woken = await TryAsync(there, "it was asked for, and is there", cancellationToken);
        if (woken > 0) PipelineLog.Arrived(logger, there.Count, woken);

        var alone = missing.Where(each => Days(now - each.FirstSince) > Days(each.AskedAt - each.FirstSince)).ToList();
        await TryAsync(alone, "once a day it is tried by itself", cancellationToken);
        await ledger.AwaitAsync(
            [.. missing.Except(alone).Select(each => (each, _schedule.Next(now, each.Since, takesAttempt: false)))],
            sources.Filter,
            cancellationToken);
    }

    /// <summary>What waits for the same name at another destination waits on: it has not come there.</summary>
    private Task<int> TryAsync(IReadOnlyCollection<Awaited> these, string why, CancellationToken cancellationToken) =>
        ledger.ArrivedAsync([.. these.Select(each => each.Name)], why, sources.Filter, cancellationToken);

    private static long Days(TimeSpan age) => age.Ticks / BetweenOwnAttempts.Ticks;

    /// <summary>Tells one way of naming what deliveries refer to from another; no secret goes into it.</summary>
    private string NamesDigest() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
    {
        sources = settings.Value.Sources.OrderBy(source => source.Key, StringComparer.Ordinal).Select(source => new
        {
            source.Key,
            source.Value.Vendor,
            source.Value.Destination,
            systems = source.Value.Systems.OrderBy(each => each.Key, StringComparer.Ordinal),
            policies = source.Value.Policies.OrderBy(each => each.Key, StringComparer.Ordinal),
        }),
        mappings = vendors.Vendors.Select(vendor => vendor.GetType().Module.ModuleVersionId).Distinct().Order(),
    })));
}
