using FhirGateway.Pipeline;

namespace FhirGateway.Tests.Pipeline;

public sealed class WorkSlotsTests
{
    [Fact]
    public async Task Work_that_ends_while_a_slot_is_waited_for_is_no_failure()
    {
        // Seen in a gateway under load: the last work ended between counting it and waiting for it.
        var slots = new WorkSlots(1);
        for (var i = 0; i < 200_000; i++)
        {
            slots.Run(() => Task.CompletedTask);
            Assert.Equal(1, await slots.FreeAsync());
        }
    }

    [Fact]
    public async Task A_slot_is_waited_for_while_all_are_taken()
    {
        var slots = new WorkSlots(2);
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        slots.Run(() => first.Task);
        Assert.Equal(1, await slots.FreeAsync());
        slots.Run(() => second.Task);

        var waiting = slots.FreeAsync();
        Assert.False(waiting.IsCompleted);
        first.SetResult();
        Assert.Equal(1, await waiting);

        var ending = slots.AllEndedAsync();
        Assert.False(ending.IsCompleted);
        second.SetResult();
        await ending;
    }
}
