using Orleans.Placement;

namespace FhirGateway.Cluster;

/// <summary>
/// Takes what a gateway is asked to work, and leaves it with the gateway's own queue. What it began ends with it: a loop that outlived its
/// grain would go on beside that of the grain's next place.
/// </summary>
/// <param name="life">Of the member that holds it.</param>
[PreferLocalPlacement]
internal sealed class LaneGrain(MemberLife life) : Grain, ILaneGrain
{
    private readonly CancellationTokenSource _leaving = CancellationTokenSource.CreateLinkedTokenSource(life.Over);
    private Task _working = Task.CompletedTask;
    private bool _again;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        life.Has(1);
        return Task.CompletedTask;
    }

    public Task<bool> WakeAsync(LaneName lane)
    {
        if (!_working.IsCompleted)
        {
            // It may have become due after the loop looked last.
            _again = true;
            return Task.FromResult(true);
        }

        if (_leaving.IsCancellationRequested || !life.Work(lane, _leaving.Token, out var turn))
        {
            DeactivateOnIdle();
            return Task.FromResult(false);
        }

        _working = WorkAsync(lane, turn);
        return Task.FromResult(true);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _leaving.CancelAsync();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        life.Has(-1);
        _leaving.Dispose();
    }

    private async Task WorkAsync(LaneName lane, Task turn)
    {
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        do
        {
            _again = false;
            await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        while (_again && !_leaving.IsCancellationRequested && life.Work(lane, _leaving.Token, out turn));
        DelayDeactivation(TimeSpan.Zero);
    }
}
