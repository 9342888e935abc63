using FhirGateway.Destination;
using FhirGateway.Pipeline;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Pipeline;

public sealed class WorkSlotsTests
{
    [Fact]
    public async Task Work_that_ends_while_a_slot_is_waited_for_is_not_a_failure()
    {
        // Seen in a gateway under load: the last work ended between counting it and waiting for it.
        var slots = New(1, TimeProvider.System);
        for (var i = 0; i < 200_000; i++)
        {
            slots.Run(() => Task.FromResult(true));
            Assert.Equal(1, await slots.FreeAsync());
        }
    }

    [Fact]
    public async Task A_slot_is_waited_for_while_all_are_taken()
    {
        var slots = New(2, new FakeTimeProvider());
        var first = new TaskCompletionSource<bool>();
        var second = new TaskCompletionSource<bool>();
        slots.Run(() => first.Task);
        Assert.Equal(1, await slots.FreeAsync());
        slots.Run(() => second.Task);

        var waiting = slots.FreeAsync();
        Assert.False(waiting.IsCompleted);
        first.SetResult(true);
        Assert.Equal(1, await waiting);

        var ending = slots.AllEndedAsync();
        Assert.False(ending.IsCompleted);
        second.SetResult(true);
        await ending;
    }

    [Fact]
    public async Task Work_that_hangs_does_not_hold_a_slot_for_ever()
    {
        var clock = new FakeTimeProvider();
        var slots = New(1, clock);
        var hangs = new TaskCompletionSource<bool>();
        var began = new TaskCompletionSource<bool>();
        slots.Run(() =>
        {
            began.SetResult(true);
            return hangs.Task;
        });
        var waiting = slots.FreeAsync();
        await began.Task;
        Assert.False(waiting.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(1, await waiting);
        hangs.SetResult(true);
        await slots.AllEndedAsync();
        Assert.Equal(1, await slots.FreeAsync());
    }

    [Fact]
    public async Task No_more_hangs_at_once_than_a_gateway_can_hold()
    {
        var clock = new FakeTimeProvider();
        var slots = New(4, clock);
        var hang = new TaskCompletionSource<bool>();
        for (var begun = 0; begun < 20;)
        {
            for (var free = await slots.FreeAsync(); free > 0; free--, begun++)
            {
                var began = new TaskCompletionSource<bool>();
                slots.Run(() =>
                {
                    began.SetResult(true);
                    return hang.Task;
                });
                await began.Task;
            }

            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.False(slots.FreeAsync().IsCompleted);
        hang.SetResult(true);
        await slots.AllEndedAsync();
    }

    private static WorkSlots New(int count, TimeProvider clock) => new(
        new ConcurrencyLimit(Options.Create(new GatewaySettings { Delivery = new DeliveryOptions { Parallelism = count } }), clock), clock);
}
