namespace FhirGateway.Ledger;

/// <remarks>A ledger that was restored does not know what was delivered after its backup was taken.</remarks>
public partial interface ILedger
{
    /// <summary>
    /// The last delivery's sequence when the ledger was copied or declared restored: of what was recorded before, later versions may be on
    /// the destination that it doesn't know. Null for one that is still the first.
    /// </summary>
    Task<long?> CopiedAtAsync(CancellationToken cancellationToken = default);

    /// <summary>Declares that the ledger was restored from a backup that does not say so itself.</summary>
    Task MarkCopiedAsync(CancellationToken cancellationToken = default);
}
