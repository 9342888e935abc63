using System.Text;
using FhirGateway.Mapping;

namespace FhirGateway.Mappings.Tests.Hami;

public sealed class HamiAnswerTests
{
    private readonly VendorDefinition _hami = Vendors.Named("hami");

    [Theory]
    [InlineData(
        """{"dateCreated":"2026-03-02T09:05:00Z","intakeSummary":{}}""", Verdict.Malformed,
        "Missing required fields: appointmentId or intakeSummary")]
    [InlineData(
        """{"appointmentId":"1","dateCreated":"2026-03-02T09:05:00Z"}""", Verdict.Malformed,
        "Missing required fields: appointmentId or intakeSummary")]
    [InlineData(
        """{"appointmentId":"1","dateCreated":"2026-03-02T09:05:00Z","intakeSummary":"text"}""", Verdict.Malformed,
        "/intakeSummary must be an object.")]
    [InlineData(
        """{"appointmentId":"1","dateCreated":"2 March","intakeSummary":{}}""", Verdict.Invalid,
        "/dateCreated must be an ISO 8601 date and time with its zone.")]
    [InlineData(
        """{"appointmentId":"1","dateCreated":"2026-03-02T09:05:00","intakeSummary":{}}""", Verdict.Invalid,
        "/dateCreated must be an ISO 8601 date and time with its zone.")]
    [InlineData("""["appointmentId"]""", Verdict.Malformed, "The body must be a JSON object.")]
    [InlineData("", Verdict.Malformed, "The body is empty; JSON is expected.")]
    public void A_refusal_names_the_place_in_HAMIs_own_shape(string body, Verdict verdict, string message)
    {
        var reading = Read(body);
        var answer = _hami.AnswerTo(reading.Verdict, reading, reading.Problems);

        Assert.Equal(verdict, reading.Verdict);
        Assert.Equal(verdict == Verdict.Malformed ? 400 : 422, answer.Status);
        Assert.Equal($$"""{"success":false,"message":"{{message}}"}""", answer.Body);
        Assert.Equal("application/json", answer.ContentType);
    }

    [Fact]
    public void An_unknown_appointment_is_answered_as_HAMIs_page_shows_it()
    {
        var answer = _hami.AnswerTo(
            Verdict.Invalid, null, [new ResourceLookup("Appointment", "urn:x", "2308", RefuseWhenMissing: true).Missing]);

        Assert.Equal(422, answer.Status);
        Assert.Equal("""{"success":false,"message":"Appointment 2308 not found"}""", answer.Body);
    }

    [Fact]
    public void The_same_summary_in_another_spelling_is_the_same_message()
    {
        var first = Read(
            """{"appointmentId":"7","dateCreated":"2026-03-02T09:05:00Z","intakeSummary":{"Summary":"a","Family History":"b"}}""");
        var again = Read(
            """{"intakeSummary":{"Family History":"b", "Summary":"\u0061"},"dateCreated":"2026-03-02T09:05:00Z","appointmentId":"7"}""");
        var other = Read(
            """{"appointmentId":"7","dateCreated":"2026-03-02T09:05:00Z","intakeSummary":{"Summary":"a","Family History":"c"}}""");

        Assert.Equal(first.Identity, again.Identity);
        Assert.NotEqual(first.Identity, other.Identity);
    }

    private Reading Read(string body) => _hami.Read(Encoding.UTF8.GetBytes(body), Vendors.Source("hami"));
}
