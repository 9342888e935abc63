using System.Collections.Concurrent;

namespace FhirGateway.Pipeline;

/// <summary>What runs side by side, up to a number.</summary>
/// <param name="count">How many may run at once.</param>
public sealed class WorkSlots(int count)
{
    private readonly ConcurrentDictionary<Task, bool> _running = new();

    /// <summary>Waits until at least one slot is free.</summary>
    /// <returns>How many are free; more may be by the time the caller uses them.</returns>
    public async Task<int> FreeAsync()
    {
        while (true)
        {
            // A copy: what ends from here on stays in it, so that it is never empty when there is something to wait for.
            var running = _running.Keys;
            if (running.Count < count) return count - running.Count;
            await Task.WhenAny(running);
            foreach (var task in running.Where(task => task.IsCompleted)) _running.TryRemove(task, out _);
        }
    }

    /// <summary>Takes a slot until the work ends.</summary>
    /// <param name="work">Handles its own failures.</param>
    public void Run(Func<Task> work)
    {
        var task = Task.Run(work);
        _running[task] = true;
        _ = task.ContinueWith(
            ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Waits until all work has ended.</summary>
    public Task AllEndedAsync() => Task.WhenAll(_running.Keys);
}
