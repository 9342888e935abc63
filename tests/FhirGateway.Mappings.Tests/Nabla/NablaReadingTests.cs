using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Tests.Nabla;

public sealed class NablaReadingTests
{
    private const string Note = """
        {"id":"2f1d6a34-0b7e-4d0c-9a52-7f4e1c9b8d01","created_at":"2026-03-02T09:41:17Z","type":"generate_note_async.succeeded",
         "data":{"id":"a4d0e5b2-6c1f-4e88-9b37-52f0c7d9e613","status":"SUCCEEDED","payload":{"note":{"sections":[{"key":"PLAN","title":"Plan","text":"Rest"}]}}}}
        """;

    private readonly VendorDefinition _nabla = Vendors.Named("nabla");

    [Fact]
    public void A_note_owes_a_delivery_and_is_answered_200()
    {
        var reading = Read(Note);

        Assert.Null(Assert.Single(reading.Events).Acknowledged);
        Assert.Equal(new Answer(200, null, null), _nabla.AnswerTo(reading.Verdict, reading, []));
    }

    [Fact]
    public void An_event_sent_again_is_the_same_message_and_a_note_told_again_is_the_same_event()
    {
        var first = Read(Note);
        var sentAgain = Read(Note.Replace("\"Rest\"", "\"Rest!\"", StringComparison.Ordinal));
        var toldAgain = Read(Note.Replace("2f1d6a34", "3f1d6a34", StringComparison.Ordinal));

        Assert.Equal(first.Identity, sentAgain.Identity);
        Assert.NotEqual(first.Identity, toldAgain.Identity);
        Assert.Equal(first.Events[0].Key, toldAgain.Events[0].Key);
    }

    [Theory]
    [InlineData("SUCCEEDED", true)]
    [InlineData("succeeded", true)] // before API 2024-10-01
    [InlineData("Failed", false)]
    [InlineData("ongoing", false)]
    public void A_status_is_read_whatever_its_case(string status, bool owes) =>
        Assert.Equal(owes, Read(Note.Replace("\"SUCCEEDED\"", $"\"{status}\"", StringComparison.Ordinal)).Events[0].Acknowledged is null);

    [Theory]
    [InlineData("""{"id":"e1","type":"generate_note_async.succeeded","data":{"id":"d1","status":"SUCCEEDED"}}""", "no note")]
    [InlineData(
        """{"id":"e1","type":"generate_note_async.succeeded","data":{"id":"d1","status":"SUCCEEDED","payload":{"note":null}}}""",
        "no note")]
    [InlineData("""{"id":"e1","type":"generate_note_async.failed","data":{"id":"d1","status":"FAILED"}}""", "failed")]
    [InlineData("""{"id":"e1","type":"transcribe_async.succeeded","data":{"id":"d1","status":"SUCCEEDED","payload":[]}}""", "transcript")]
    [InlineData("""{"id":"e1","type":"transcribe_async.failed","data":{"id":"d1","status":"FAILED"}}""", "transcription failed")]
    [InlineData("""{"id":"e1","type":"conversation.message.created","data":{"text":"Hello"}}""", "does not describe")]
    [InlineData("""{"id":"e1","type":"something.new","data":7}""", "does not describe")]
    public void What_is_not_a_note_is_recorded_and_acknowledged_never_an_error(string body, string why)
    {
        var reading = Read(body);

        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.Equal(200, _nabla.AnswerTo(reading.Verdict, reading, []).Status);
        Assert.Contains(why, Assert.Single(reading.Events).Acknowledged, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_that_follows_an_empty_success_of_its_request_is_another_event()
    {
        var empty = Read("""{"id":"e1","type":"generate_note_async.succeeded","data":"""
            + """{"id":"a4d0e5b2-6c1f-4e88-9b37-52f0c7d9e613","status":"SUCCEEDED"}}""");

        Assert.NotEqual(empty.Events[0].Key, Read(Note).Events[0].Key);
    }

    [Theory]
    [InlineData("NOTE_EXPORT")]
    [InlineData("PATIENT_INSTRUCTIONS_EXPORT")]
    public void A_Nabla_Connect_export_is_refused_so_that_nobody_believes_the_chart_has_it(string type)
    {
        var reading = Read($$"""{"request_uuid":"5d0a","data":{},"type":"{{type}}" }""");

        Assert.Equal(Verdict.Malformed, reading.Verdict);
        Assert.Equal(400, _nabla.AnswerTo(reading.Verdict, reading, reading.Problems).Status);
        Assert.Contains("Nabla Connect", Assert.Single(reading.Problems).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"id\":\"2f1d6a34-0b7e-4d0c-9a52-7f4e1c9b8d01\"", "\"id\":\"7\"", "/id")]
    [InlineData("\"created_at\":\"2026-03-02T09:41:17Z\"", "\"created_at\":\"2026-03-02\"", "/created_at")]
    [InlineData("\"status\":\"SUCCEEDED\"", "\"status\":\"DONE\"", "/data/status")]
    [InlineData("\"status\":\"SUCCEEDED\",", "", "/data/status")]
    [InlineData("[{\"key\":\"PLAN\",\"title\":\"Plan\",\"text\":\"Rest\"}]", "\"Rest\"", "/data/payload/note/sections")]
    public void A_note_that_breaks_its_page_is_refused_by_name(string was, string now, string pointer)
    {
        var reading = Read(Note.Replace(was, now, StringComparison.Ordinal));

        Assert.Equal(Verdict.Invalid, reading.Verdict);
        var problem = Assert.Single(reading.Problems);
        Assert.Equal(pointer, problem.Pointer);
        Assert.StartsWith(pointer, problem.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_signature_covers_the_timestamp_and_may_be_one_of_several()
    {
        var scheme = Assert.IsType<HmacScheme>(Assert.Single(_nabla.Proofs));

        Assert.Equal("x-nabla-webhook-signature", scheme.Header);
        Assert.Equal("x-nabla-webhook-timestamp", scheme.TimestampHeader);
        Assert.Equal(TimeSpan.FromMinutes(5), scheme.Tolerance);
        Assert.True(scheme.SeveralSignatures);
        Assert.Null(scheme.Prefix);
    }

    private Reading Read(string body) => _nabla.Read(Encoding.UTF8.GetBytes(body), Vendors.Source("nabla"));
}
