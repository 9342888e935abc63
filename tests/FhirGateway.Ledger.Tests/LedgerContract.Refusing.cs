
namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Refused_calls_are_counted_by_source_reason_and_day()
    {
        await Count("unproven", 3);
        Clock.Advance(TimeSpan.FromHours(1));
        await _ledger.AddRefusalsAsync([Refusals("unproven", 2), Refusals("malformed", 1)], []);
        Clock.Advance(TimeSpan.FromDays(1));
        await Count("unproven", 1);

        var day = DateOnly.FromDateTime(Start.UtcDateTime);
        Assert.Equal(
            [
                new RefusalCount("clinic", "unproven", day.AddDays(1), 1, Start.AddHours(25)),
                new RefusalCount("clinic", "malformed", day, 1, Start.AddHours(1)),
                new RefusalCount("clinic", "unproven", day, 5, Start.AddHours(1)),
            ],
            await _ledger.RefusalsAsync());
        Assert.Empty(await _ledger.RefusalsAsync("other"));
        Assert.Empty(await _ledger.MessagesAsync(new MessageFilter()));
    }

    [Fact]
    public async Task Refused_calls_of_proven_senders_are_not_forgotten_when_the_ledger_is_opened_again()
    {
        await _ledger.AddRefusalsAsync([], [Call("clinic", "/a"), Call("other", "/b")]);
        await _ledger.AddRefusalsAsync([], [Call("clinic", "/c")]);

        var again = Another();
        Assert.Equal(["/c", "/b", "/a"], (await again.RefusedCallsAsync(new RefusedCallFilter())).Select(call => call.Problems));
        var page = await again.RefusedCallsAsync(new RefusedCallFilter("clinic", Limit: 1));
        Assert.Equal(new RefusedCall(3, "clinic", Start, 422, "invalid", 17, "/c"), Assert.Single(page));
        Assert.Equal(
            ["/a"], (await again.RefusedCallsAsync(new RefusedCallFilter("clinic", page[0].Sequence))).Select(call => call.Problems));
    }

    [Fact]
    public async Task Refused_calls_of_one_source_do_not_grow_without_bound_nor_push_out_another_sources()
    {
        await _ledger.AddRefusalsAsync([], [Call("other", "the only one")]);
        await _ledger.AddRefusalsAsync([], [.. Enumerable.Range(0, ILedger.RefusedCallsKept + 50).Select(_ => Call("clinic", "/a"))]);
        await _ledger.AddRefusalsAsync([], [Call("clinic", "the last")]);

        var kept = await _ledger.RefusedCallsAsync(new RefusedCallFilter("clinic", Limit: 5000));
        Assert.Equal(ILedger.RefusedCallsKept, kept.Count);
        Assert.Equal("the last", kept[0].Problems);
        Assert.Single(await _ledger.RefusedCallsAsync(new RefusedCallFilter("other")));
    }

    private Task Count(string reason, long count) => _ledger.AddRefusalsAsync([Refusals(reason, count)], []);

    private NewRefusals Refusals(string reason, long count) => new("clinic", reason, count, Clock.GetUtcNow());

    private NewRefusedCall Call(string source, string problems) => new(source, Clock.GetUtcNow(), 422, "invalid", 17, problems);
}
