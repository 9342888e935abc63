using System.Threading.RateLimiting;

namespace FhirGateway.Receiving;

/// <summary>
/// The bytes of one call's body that are in memory, counted against its source's share and the process's until it is answered.
/// </summary>
public sealed class HeldBytes(Func<int, RateLimitLease> acquire) : IDisposable
{
    private readonly List<RateLimitLease> _leases = [];

    /// <summary>Takes room for more bytes.</summary>
    /// <returns>False when the source, or all sources together, hold as many as they may: nothing is taken then.</returns>
    public bool TryTake(int bytes)
    {
        var lease = acquire(bytes);
        if (lease.IsAcquired) _leases.Add(lease);
        else lease.Dispose();
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        foreach (var lease in _leases) lease.Dispose();
        _leases.Clear();
    }
}
