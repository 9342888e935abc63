using System.Security.Cryptography;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway.Destination.Probing;

/// <summary>
/// Whether the destination may be delivered to, by what its probe saw. The first delivery waits for the probe, unless an earlier start has
/// probed the same software: then the probe is made again beside the work. One that would lose or double notes is held, and probed again
/// until it is mended.
/// </summary>
public sealed class ProbedDestination : BackgroundService
{
    private const string Run = "probe-run";
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    // A server that answers the first question and never the others must not keep notes waiting for good.
    private const int MostCutOff = 3;

    private readonly DestinationOptions _options;
    private readonly KnownDestination _known;
    private readonly DestinationPause _pause;
    private readonly DestinationMemory _memory;
    private readonly ProbeMemory _earlier;
    private readonly DestinationProbe _probe;
    private readonly TimeProvider _clock;
    private readonly ILogger<ProbedDestination> _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile ProbeResult? _last;
    private string? _told;
    private int _cutOff;
    private volatile bool _isRecalled;

    public ProbedDestination(
        FhirServer server,
        KnownDestination known,
        DestinationPause pause,
        DestinationMemory memory,
        DestinationOptions options,
        IOptions<GatewaySettings> settings,
        TimeProvider clock,
        ILogger<ProbedDestination> logger)
    {
        (_options, _known, _pause, _memory) = (options, known, pause, memory);
        (_clock, _logger, _earlier) = (clock, logger, new ProbeMemory(memory));
        var system = settings.Value.IdentifierBase is { Length: > 0 } site ? $"{site.TrimEnd('/')}/probe" : "urn:fhir-gateway:probe";
        _probe = new DestinationProbe(server, system, clock);
    }

    /// <summary>What the last probe saw, of this start or an earlier one; null while there was none.</summary>
    public ProbeResult? Last => _last;

    /// <summary>Why nothing is delivered to it, as a sentence; null where it is, or nothing is known yet.</summary>
    public string? WhyRefused => _last?.WhyRefused(_known.Strategy.Writes.Is, _options.At);

    /// <summary>Why nothing may be delivered to it, as a sentence; null where it may. Whoever asks first waits for the probe.</summary>
    /// <exception cref="FhirRequestException">It gives no answer.</exception>
    public async Task<string?> WhyRefusedAsync(CancellationToken cancellationToken)
    {
        if (_options.Probe == ProbeSetting.Off) return null;
        if (IsNeeded)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (IsNeeded) await RecallAsync(cancellationToken);
                if (IsNeeded) await ProbeAsync(cancellationToken);
            }
            finally
            {
                _turn.Release();
            }
        }

        return WhyRefused;
    }

    private bool IsNeeded => _last is null || (_last.IsCutOff && _cutOff < MostCutOff);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Probe == ProbeSetting.Off) return;
        await InTurnAsync(RecallAsync, stoppingToken);
        while (_isRecalled || _last is null or { IsCutOff: true } || WhyRefused is not null)
        {
            await InTurnAsync(ProbeAsync, stoppingToken);
            if (!_isRecalled && _last is { IsCutOff: false } && WhyRefused is null) return;
            await Task.Delay(AgainAfter, _clock, stoppingToken);
        }
    }

    private async Task InTurnAsync(Func<CancellationToken, Task> does, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await does(cancellationToken);
        }
        catch (FhirRequestException)
        {
            // One that can't be reached is refused nothing: deliveries wait for it by themselves.
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            DestinationLog.ProbeFailed(_logger, failure.GetType().Name);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Of the software that an earlier start has probed, what was seen holds for now. What would have lost notes stays held, whatever it
    /// says that it is, until a new probe says otherwise.
    /// </summary>
    private async Task RecallAsync(CancellationToken cancellationToken)
    {
        if (_last is { IsCutOff: false } || await _earlier.RecallAsync(cancellationToken) is not var (software, saw)) return;
        var writes = (await _known.StrategyAsync(cancellationToken)).Writes.Is;
        var isSame = software is not null && software == await SoftwareAsync(cancellationToken);
        if (!isSame && saw.WhyRefused(writes, _options.At) is null) return;
        _isRecalled = true;
        Learn(saw);
    }

    private async Task<string?> SoftwareAsync(CancellationToken cancellationToken) =>
        (await _known.FeaturesAsync(cancellationToken))?.Software;

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var kept = (await _memory.Recall(cancellationToken)).GetValueOrDefault(Run).Value;
        var run = kept is { Length: > 0 } ? kept : RandomNumberGenerator.GetHexString(16, lowercase: true);
        var result = await _probe.RunAsync(run, cancellationToken);

        _cutOff = result.IsCutOff ? _cutOff + 1 : 0;

        // One that was cut off says less than the one before it.
        if (result.IsCutOff && _last is { IsCutOff: false }) return;
        if (result.Left.Count > 0 != kept is { Length: > 0 }) await _memory.Keep(Run, result.Left.Count > 0 ? run : "");
        if (!result.IsCutOff)
        {
            await _earlier.KeepAsync(new KeptProbe(await SoftwareAsync(cancellationToken), result));
            _isRecalled = false;
        }

        Learn(result);
    }

    private void Learn(ProbeResult result)
    {
        _known.Probed = result;
        _last = result;
        if (WhyRefused is { } why)
        {
            _pause.Hold($"it is refused. {why}");
            if (why != _told) DestinationLog.IsRefused(_logger, why);
        }
        else
        {
            _pause.Release();
            if (_told is not null) DestinationLog.IsNoLongerRefused(_logger);
        }

        _told = WhyRefused;
    }
}
