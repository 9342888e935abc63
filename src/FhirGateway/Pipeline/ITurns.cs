namespace FhirGateway.Pipeline;

/// <summary>Which of what the ledger owes is this gateway's to work: anything, or what its lanes hold.</summary>
public interface ITurns
{
    /// <summary>Keeps up what it takes to know that.</summary>
    /// <param name="stopping">From then on the gateway takes nothing.</param>
    /// <param name="leaving">From then on nothing is on its way either.</param>
    Task RunAsync(CancellationToken stopping, CancellationToken leaving);

    /// <summary>Claims what may be worked now.</summary>
    /// <param name="most">For how many there is room.</param>
    Task<IReadOnlyList<Turn>> TakeAsync(int most, CancellationToken cancellationToken);

    /// <summary>Waits until there may be something to take, or <paramref name="atMost"/> is over.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>The gateway takes nothing for a while: what waits for it may go elsewhere.</summary>
    void GiveUp();
}
