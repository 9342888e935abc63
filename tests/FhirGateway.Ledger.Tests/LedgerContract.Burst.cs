using System.Globalization;
using System.Text;

namespace FhirGateway.Ledger.Tests;

public abstract partial class LedgerContract
{
    /// <remarks>In a burst, steps of the index hold many messages, and write together what is new: that must change nothing.</remarks>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_burst_is_indexed_as_if_each_message_had_come_alone(int seed)
    {
        var random = new Random(seed);
        var messages = Enumerable.Range(0, 150).Select(_ => Any(random)).ToList();
        foreach (var message in messages) await _ledger.RecordAsync(message with { Source = "alone" });

        var (told, all) = (0, new TaskCompletionSource());
        _ledger.Recorded += _ =>
        {
            if (Interlocked.Increment(ref told) == messages.Count) all.TrySetResult();
        };
        await Task.WhenAll(messages.Select(message => _ledger.AcceptAsync(message with { Source = "burst" })));
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1));

        var alone = await All("alone");
        Assert.Contains(alone, each => each.Contains(" Duplicate ", StringComparison.Ordinal));
        Assert.Contains(alone, each => each.Contains(" Pending ", StringComparison.Ordinal));
        Assert.Equal(alone, await All("burst"));
        Assert.Equal(await AllMessages("alone"), await AllMessages("burst"));
    }

    /// <summary>A message that has something in common with one in four: its identity, its bytes, or an event.</summary>
    private NewMessage Any(Random random)
    {
        var identity = Name("m", random, 300);
        var deliveries = Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(12) switch
        {
            0 => Owed(Name("e", random, 600)) with { Acknowledged = "not wanted" },
            1 => Owed(Name("e", random, 600)) with { Dead = new WhyDead("broken", "{}") },
            _ => Owed(Name("e", random, 600), Name("lane", random, 5)) with { Content = random.Next(3) == 0 ? null : Name("c", random, 2) },
        });
        return Message(identity, $$"""{"body":{{random.Next(2)}}}""", [.. deliveries]);
    }

    private static string Name(string kind, Random random, int count) => kind + random.Next(count).ToString(CultureInfo.InvariantCulture);

    private async Task<List<string>> All(string source)
    {
        var views = await _ledger.DeliveriesAsync(new DeliveryFilter(source, Limit: 2000));
        var keys = views.ToDictionary(each => each.Id, each => each.EventKey);
        return
        [
            .. views.OrderBy(each => each.Sequence).Select(each =>
                $"{each.EventKey} {each.Lane} {each.State} {each.Reason} {each.Outcome} {each.DueAt:O} {each.Doubts} "
                + $"{(each.FirstDeliveryId is { } first ? keys[first] : "")} {each.CameAgainChanged?.Times}"),
        ];
    }

    private async Task<List<string>> AllMessages(string source)
    {
        var found = new List<string>();
        foreach (var each in (await _ledger.MessagesAsync(new MessageFilter(source, Limit: 2000))).OrderBy(each => each.Sequence))
        {
            var body = Encoding.UTF8.GetString((await _ledger.MessageBodyAsync(each.Id))!);
            found.Add($"{each.Identity} {body} {each.Deliveries} {each.Duplicates} {each.DifferingDuplicates}");
        }

        return found;
    }
}
