using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Tests.Metriport;

public sealed class MetriportReadingTests
{
    private readonly VendorDefinition _metriport = Vendors.Named("metriport");

    [Theory]
    [InlineData("""{"ping":"a\u0022b","meta":{"messageId":"m1","type":"ping"}}""", """{"pong":"a\u0022b"}""")]
    [InlineData("""{"ping":"<random-sequence>"}""", """{"pong":"<random-sequence>"}""")] // the shape of 2023
    public void A_ping_is_answered_with_its_own_pong_and_owes_nothing(string body, string pong)
    {
        var reading = Read(body);

        Assert.Equal(new Answer(200, "application/json", pong), _metriport.AnswerTo(reading.Verdict, reading, []));
        Assert.Contains("ping", Assert.Single(reading.Events).Acknowledged, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_patient_is_a_delivery_by_itself()
    {
        var reading = Read("""
            {"meta":{"messageId":"m1","type":"medical.document-download"},"patients":[
              {"patientId":"p1","status":"completed","documents":[{"id":"d1"}]},
              {"patientId":"p2","status":"failed"},
              {"patientId":"p3","status":"completed","documents":[]},
              {"patientId":"p4","status":"completed","documents":[{"id":"d2"}]}]}
            """);

        Assert.Equal([null, "failed", "no documents", null], reading.Events.Select(e => e.Acknowledged switch
        {
            null => null,
            var why when why.Contains("failed", StringComparison.Ordinal) => "failed",
            var why when why.Contains("no documents", StringComparison.Ordinal) => "no documents",
            var why => why,
        }));
        Assert.Equal(4, reading.Events.Select(e => e.Key).Distinct().Count());
        Assert.Equal("/patients/3", reading.Events[3].Pointer);
        Assert.Equal(200, _metriport.AnswerTo(reading.Verdict, reading, []).Status);
    }

    [Fact]
    public void A_message_sent_again_without_the_callers_data_is_the_same_message()
    {
        const string Documents = """ "patients":[{"patientId":"p1","documents":[{"id":"d1"}]}]} """;
        var first = Read("""{"meta":{"messageId":"m1","when":"2026-03-02T09:00:00Z","type":"medical.document-download","data":"""
            + """{"a":"b"}},""" + Documents);
        var again = Read("""{"meta":{"messageId":"m1","when":"2026-03-02T09:00:00Z","type":"medical.document-download"},""" + Documents);
        var other = Read("""{"meta":{"messageId":"m2","when":"2026-03-02T09:00:00Z","type":"medical.document-download"},""" + Documents);

        Assert.Equal(first.Identity, again.Identity);
        Assert.Equal(first.Events[0].Key, again.Events[0].Key);
        Assert.NotEqual(first.Identity, other.Identity);
    }

    [Fact]
    public void A_message_without_a_type_is_the_shape_of_2023()
    {
        var reading = Read("""{"meta":{"messageId":"<message-id>","when":"<date-time-in-utc>"},"patients":"""
            + """[{"patientId":"<patient-id-1>","documents":[{"id":"1.2.3"}]}]}""");

        Assert.Equal("documents (2023)", Assert.Single(reading.Events).Type);
        Assert.Null(reading.Events[0].Acknowledged);
    }

    [Theory]
    [InlineData("medical.bulk-patient-create")]
    [InlineData("medical.document-conversion")]
    [InlineData("network-query.hie")]
    [InlineData("network-query.pharmacy")]
    [InlineData("network-query.lab")]
    [InlineData("patient.admit")]
    [InlineData("patient.transfer")]
    [InlineData("patient.discharge")]
    [InlineData("patient.pharmacy")]
    [InlineData("patient.laboratory")]
    [InlineData("medical.document-download-v2")] // a strict match: not a document download
    [InlineData("Medical.Document-Download")]
    public void A_message_of_another_type_is_recorded_with_the_reason(string type)
    {
        var reading = Read($$"""{"meta":{"messageId":"m1","type":"{{type}}"},"patients":[{"patientId":"p1","documents":[{"id":"d1"}]}]}""");

        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.NotNull(Assert.Single(reading.Events).Acknowledged);
    }

    [Fact]
    public void A_key_named_twice_is_taken_since_Metriports_own_page_does_it() =>
        Assert.Equal(
            Verdict.Stored,
            Read("""{"meta":{"messageId":"m1"},"patients":[{"patientId":"p1","documents":[{"id":"d1","size":1,"size":1}]}]}""").Verdict);

    [Theory]
    [InlineData("""{"patients":[]}""", "/meta")]
    [InlineData("""{"meta":{},"patients":[]}""", "/meta/messageId")]
    [InlineData("""{"meta":{"messageId":"m1"}}""", "/patients")]
    [InlineData("""{"meta":{"messageId":"m1"},"patients":[{"documents":[]}]}""", "/patients/0/patientId")]
    [InlineData("""{"meta":{"messageId":"m1"},"patients":[{"patientId":"p1","documents":"none"}]}""", "/patients/0/documents")]
    [InlineData("""{"meta":{"messageId":"m1"},"patients":["p1"]}""", "/patients/0")]
    public void A_message_that_breaks_its_page_is_refused_by_name(string body, string pointer)
    {
        var reading = Read(body);

        Assert.Equal(Verdict.Invalid, reading.Verdict);
        Assert.Contains(reading.Problems, p => p.Pointer == pointer);
    }

    [Fact]
    public void A_patient_who_breaks_the_rules_does_not_keep_the_others_from_being_taken()
    {
        var reading = Read(
            """{"meta":{"messageId":"m1"},"patients":[{"patientId":"p1","documents":[{"id":"d1"}]},{"documents":[{"id":"d2"}]},"p3"]}""");

        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.Equal(
            ["", "/patients/1/patientId", "/patients/2"], reading.Events.Select(e => string.Concat(e.Problems.Select(p => p.Pointer))));
        Assert.Equal(3, reading.Events.Select(e => e.Key).Distinct().Count());
    }

    [Fact]
    public void What_the_message_itself_breaks_refuses_it_whole() =>
        Assert.Equal(
            Verdict.Invalid, Read("""{"meta":{},"patients":[{"patientId":"p1","documents":[{"id":"d1"}]},{"patientId":""}]}""").Verdict);

    [Fact]
    public void The_key_header_of_2023_is_another_scheme_that_no_source_has_unless_it_holds_such_a_key()
    {
        Assert.Equal(ProofsNeeded.Any, _metriport.ProofsNeeded);
        var signature = Assert.IsType<HmacScheme>(_metriport.Proofs[0]);
        Assert.Equal(("x-metriport-signature", null), (signature.Header, signature.Prefix));
        Assert.Equal(new ApiKeyScheme("legacyKey", "x-webhook-key"), _metriport.Proofs[1]);
    }

    private Reading Read(string body) => _metriport.Read(Encoding.UTF8.GetBytes(body), Vendors.Source("metriport"));
}
