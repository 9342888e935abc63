namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>Answers by question, for a time and up to a number. Thread-safe.</summary>
internal sealed class AnswerCache<TQuestion, TAnswer>(TimeProvider clock, TimeSpan keepFor, int max)
    where TQuestion : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TQuestion, LinkedListNode<(TQuestion Question, TAnswer Answer, DateTimeOffset Until)>> _known = [];
    // All are kept equally long, so the first is always the next to expire.
    private readonly LinkedList<(TQuestion Question, TAnswer Answer, DateTimeOffset Until)> _byAge = [];

    public bool TryGet(TQuestion question, out TAnswer? answer)
    {
        lock (_lock)
        {
            var isKnown = _known.TryGetValue(question, out var node) && node.Value.Until > clock.GetUtcNow();
            answer = isKnown ? node!.Value.Answer : default;
            return isKnown;
        }
    }

    public void Keep(TQuestion question, TAnswer answer)
    {
        lock (_lock)
        {
            if (_known.Remove(question, out var old)) _byAge.Remove(old);
            _known[question] = _byAge.AddLast((question, answer, clock.GetUtcNow() + keepFor));
            while (_byAge.First is { } oldest && (_known.Count > max || oldest.Value.Until <= clock.GetUtcNow()))
            {
                _known.Remove(oldest.Value.Question);
                _byAge.RemoveFirst();
            }
        }
    }
}
