using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Tests.HumanApi;

public sealed class HumanApiReadingTests
{
    private const string Note = """
        {"timestamp":"2026-03-02T14:07:09.318000","eventId":"4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654","orderId":"o1","eventType":"integrations.VendorNoteCreated","humanId":"h1","eventPayload":{"note":"CALLED"}}
        """;

    private const string OrderState = """
        {"humanId":"h1","updatedAt":"2026-03-02T14:10:00Z","topic":"order","action":"status","property":"orderState","value":"In Progress"}
        """;

    private readonly VendorDefinition _humanApi = Vendors.Named("human-api");

    [Fact]
    public void Each_item_of_the_array_is_an_event_by_itself()
    {
        var reading = Read($$"""[{{OrderState}},{{Note}},{"eventType":"orders.OrderSummaryUpdated","eventId":"e2"},"""
            + $$"""{"eventType":"tasks.TaskOpened"},{"odd":1}]""");

        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.Equal(
            ["order status", "integrations.VendorNoteCreated", "orders.OrderSummaryUpdated", "other", "other"],
            reading.Events.Select(e => e.Type));
        Assert.Equal([false, true, false, false, false], reading.Events.Select(e => e.Acknowledged is null));
        Assert.Equal(5, reading.Events.Select(e => e.Key).Distinct().Count());
        Assert.Equal("/1", reading.Events[1].Pointer);
        Assert.Null(reading.Identity);
        Assert.Equal(new Answer(200, null, null), _humanApi.AnswerTo(reading.Verdict, reading, []));
    }

    [Fact]
    public void An_event_is_known_by_its_id_and_an_order_status_by_what_it_says()
    {
        Assert.Equal("4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654", Read($"[{Note}]").Events[0].Key);
        Assert.Equal("h1|2026-03-02T14:10:00Z|orderState|In Progress", Read($"[{OrderState}]").Events[0].Key);
    }

    [Theory]
    [InlineData("\"humanId\":\"h1\",", "", "/0/humanId")]
    [InlineData("\"note\":\"CALLED\"", "\"note\":\" \"", "/0/eventPayload/note")]
    [InlineData("2026-03-02T14:07:09.318000", "yesterday", "/0/timestamp")]
    [InlineData("4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654", "7", "/0/eventId")]
    public void A_note_that_breaks_its_page_is_refused_by_name(string was, string now, string pointer)
    {
        var reading = Read($"[{Note.Replace(was, now, StringComparison.Ordinal)}]");

        Assert.Equal(Verdict.Invalid, reading.Verdict);
        Assert.Equal(pointer, Assert.Single(reading.Problems).Pointer);
    }

    [Fact]
    public void Sound_events_are_taken_whatever_stands_beside_them()
    {
        var bad = Note.Replace("\"humanId\":\"h1\",", "", StringComparison.Ordinal);
        var reading = Read(
            $"[{bad},1,{OrderState},{Note},{bad.Replace("4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654", "", StringComparison.Ordinal)}]");

        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.Equal(
            ["/0/humanId", "/1", null, null, "/4/eventId /4/humanId"],
            reading.Events.Select(e => e.Problems.Count == 0 ? null : string.Join(' ', e.Problems.Select(p => p.Pointer))));
        Assert.Equal([true, true, false, true, true], reading.Events.Select(e => e.Acknowledged is null));
        Assert.Equal("4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654", reading.Events[0].Key);
        Assert.All(reading.Events, e => Assert.NotEmpty(e.Key));
    }

    [Fact]
    public void An_array_without_a_sound_event_is_refused_whole() =>
        Assert.Equal(
            (Verdict.Malformed, 2),
            (
                Read($"[{Note.Replace("\"humanId\":\"h1\",", "", StringComparison.Ordinal)},1]") is var reading ? reading.Verdict : default,
                reading.Problems.Count));

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[[]]")]
    public void What_is_not_an_array_of_objects_is_malformed(string body) => Assert.Equal(Verdict.Malformed, Read(body).Verdict);

    [Fact]
    public void An_empty_array_is_recorded_and_owes_nothing()
    {
        var reading = Read("[]");

        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.Empty(reading.Events);
    }

    [Fact]
    public void A_source_must_hold_a_secret_for_one_of_its_schemes() =>
        Assert.Equal(
            (ProofsNeeded.Any, typeof(StaticHeaderScheme), typeof(BasicScheme)),
            (_humanApi.ProofsNeeded, _humanApi.Proofs[0].GetType(), _humanApi.Proofs[1].GetType()));

    private Reading Read(string body) => _humanApi.Read(Encoding.UTF8.GetBytes(body), Vendors.Source("human-api"));
}
