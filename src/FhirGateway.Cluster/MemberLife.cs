namespace FhirGateway.Cluster;

/// <summary>Takes a lane on for this gateway.</summary>
/// <param name="leaving">The lane is to be given up: what is on its way is cut.</param>
/// <param name="over">Ends when the lane's turn has ended, however.</param>
/// <returns>Whether it does: not where the gateway takes nothing on at present.</returns>
public delegate bool WorkLane(LaneName lane, CancellationToken leaving, out Task over);

/// <summary>One membership of this gateway, from joining until it leaves or is declared dead.</summary>
/// <param name="work">Takes a lane on for this gateway.</param>
internal sealed class MemberLife(WorkLane work) : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<string> _evicted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lanes;

    /// <inheritdoc cref="WorkLane"/>
    public WorkLane Work { get; } = work;

    /// <summary>It is over: nothing that was begun in it goes on.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Ends, and says why, when the others have declared this member dead, or it can't go on as one.</summary>
    public Task<string> Evicted => _evicted.Task;

    /// <summary>How many lanes have their grain here.</summary>
    public int Lanes => Volatile.Read(ref _lanes);

    public void Has(int more) => Interlocked.Add(ref _lanes, more);

    public void Evict(string why)
    {
        _evicted.TrySetResult(why);
        End();
    }

    public void End() => _over.Cancel();

    public void Dispose() => _over.Dispose();
}
