namespace FhirGateway.Fhir.Terminology.Remote;

/// <summary>Leaves a server alone for a while after failures in a row; then lets a single request try it. Thread-safe.</summary>
internal sealed class CircuitBreaker(TimeProvider clock, int failuresToOpen, TimeSpan restFor)
{
    private readonly Lock _lock = new();
    private int _failures;
    private DateTimeOffset _openUntil;

    /// <summary>Whether a request may go out.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_failures < failuresToOpen) return true;
            var now = clock.GetUtcNow();
            if (now < _openUntil) return false;
            // The others wait for what this one finds, or for another rest when it never comes back.
            _openUntil = now + restFor;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (_lock) _failures = 0;
    }

    public void Failed()
    {
        lock (_lock)
        {
            if (++_failures >= failuresToOpen) _openUntil = clock.GetUtcNow() + restFor;
        }
    }
}
