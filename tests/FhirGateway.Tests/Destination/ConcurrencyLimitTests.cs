using FhirGateway.Destination;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Destination;

/// <summary>How many deliveries are worked at once finds itself. The servers here are arithmetic: nothing waits, nothing is timed.</summary>
public sealed class ConcurrencyLimitTests
{
    private static readonly TimeSpan One = TimeSpan.FromMilliseconds(20);
    private readonly FakeTimeProvider _clock = new();
    private readonly Random _chance = new(20261128);

    [Fact]
    public void On_a_server_that_does_two_at_once_a_few_wait_and_no_more()
    {
        var limit = New();
        var server = new Server(AtOnce: 2);
        Work(limit, server, 5_000);
        Assert.All(Work(limit, server, 20_000), current => Assert.InRange(current, 3, 20));
    }

    [Fact]
    public void On_a_server_that_does_many_at_once_all_that_may_run_do()
    {
        var limit = New();
        Work(limit, new Server(AtOnce: 1000), 20_000);
        Assert.InRange(limit.Current, 56, 64);
    }

    [Fact]
    public void A_server_that_becomes_slower_for_everybody_is_sent_as_many_as_before()
    {
        // Longer notes, a fuller database: that one delivery takes longer is no reason to send fewer.
        var limit = New();
        Work(limit, new Server(AtOnce: 40), 20_000);
        var before = limit.Current;
        var after = Work(limit, new Server(AtOnce: 40) { Time = One * 4 }, 40_000);
        Assert.InRange(after[^1], before * 3 / 4, 64);
    }

    [Fact]
    public void A_server_that_loses_its_cores_is_sent_fewer()
    {
        var limit = New();
        Work(limit, new Server(AtOnce: 1000), 20_000);
        Work(limit, new Server(AtOnce: 2), 20_000);
        Assert.InRange(limit.Current, 3, 20);
    }

    [Fact]
    public void It_does_not_grow_while_there_is_less_to_do_than_may_be_done_at_once()
    {
        var limit = New();
        Work(limit, new Server(AtOnce: 1000), 20_000, isFull: false);
        Assert.Equal(4, limit.Current);
    }

    [Fact]
    public void No_more_run_at_once_than_are_allowed()
    {
        var limit = New(most: 6);
        Assert.All(Work(limit, new Server(AtOnce: 1000), 20_000), current => Assert.InRange(current, 1, 6));
        Assert.Equal(1, New(most: 1).Current);
    }

    [Fact]
    public void Overload_halves_it_once_for_all_that_were_on_their_way()
    {
        var limit = New();
        Work(limit, new Server(AtOnce: 1000), 20_000);
        var (before, began) = (limit.Current, _clock.GetTimestamp());
        _clock.Advance(One);
        for (var refused = 0; refused < before; refused++) limit.Overloaded(began);
        Assert.Equal(before / 2, limit.Current);

        _clock.Advance(One);
        limit.Overloaded(_clock.GetTimestamp());
        Assert.Equal(before / 4, limit.Current);
    }

    [Fact]
    public void One_at_a_time_is_always_worked_and_more_again_once_it_is_answered()
    {
        var limit = New();
        for (var refused = 0; refused < 10; refused++)
        {
            _clock.Advance(One);
            limit.Overloaded(_clock.GetTimestamp());
        }

        Assert.Equal(1, limit.Current);
        Work(limit, new Server(AtOnce: 1000), 5_000);
        Assert.InRange(limit.Current, 32, 64);
    }

    private ConcurrencyLimit New(int most = 64) =>
        new(Options.Create(new GatewaySettings { Delivery = new DeliveryOptions { Parallelism = most } }), _clock);

    /// <summary>Delivers so many, always as many at once as may be.</summary>
    /// <returns>How many that was, each time one ended.</returns>
    private List<int> Work(ConcurrencyLimit limit, Server server, int count, bool isFull = true)
    {
        var seen = new List<int>();
        var running = new PriorityQueue<long, long>();
        for (var ended = 0; ended < count; ended++)
        {
            while (running.Count < (isFull ? limit.Current : Math.Min(2, limit.Current)))
            {
                var began = _clock.GetTimestamp();
                var noise = 0.8 + (0.4 * _chance.NextDouble());
                var took = server.Time * (Math.Max(1, (running.Count + 1.0) / server.AtOnce) * noise);
                running.Enqueue(began, began + (long)(took.TotalSeconds * _clock.TimestampFrequency));
                if (running.Count == limit.Current && isFull) limit.Filled();
            }

            running.TryDequeue(out var first, out var until);
            if (_clock.GetElapsedTime(_clock.GetTimestamp(), until) is { Ticks: > 0 } left) _clock.Advance(left);
            limit.Delivered(first, _clock.GetElapsedTime(first));
            seen.Add(limit.Current);
        }

        return seen;
    }

    /// <param name="AtOnce">How many it does at once; more share it, and take longer each.</param>
    private sealed record Server(int AtOnce)
    {
        public TimeSpan Time { get; init; } = One;
    }
}
