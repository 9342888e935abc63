using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests.Metriport;

public sealed class MetriportTranslationTests
{
    private readonly VendorDefinition _metriport = Vendors.Named("metriport");

    [Theory]
    [InlineData("1.2.543.1.34.1.34.134", "urn:ietf:rfc:3986", "urn:oid:1.2.543.1.34.1.34.134")]
    [InlineData("018c1b94-57dc-7950-b564-f74ab9b56cc4", "urn:fhir-gateway:test-metriport:document", "018c1b94-57dc-7950-b564-f74ab9b56cc4")]
    [InlineData("3.14", "urn:fhir-gateway:test-metriport:document", "3.14")]
    [InlineData("1.2.03", "urn:fhir-gateway:test-metriport:document", "1.2.03")]
    public void An_id_is_an_OID_only_where_it_is_one(string id, string system, string value)
    {
        var master = Document($$"""{"id":"{{id}}","status":"current"}""").MasterIdentifier!;

        Assert.Equal((system, value), (master.System, master.Value));
    }

    [Theory]
    [InlineData("current", DocumentReferenceStatus.Current)]
    [InlineData("superceded", DocumentReferenceStatus.Superseded)]
    [InlineData("superseded", DocumentReferenceStatus.Superseded)]
    [InlineData("Entered in error", DocumentReferenceStatus.EnteredInError)]
    public void A_status_is_FHIRs_whatever_its_spelling(string status, DocumentReferenceStatus expected) =>
        Assert.Equal(expected, Document($$"""{"id":"d","status":"{{status}}"}""").Status);

    [Theory]
    [InlineData("""{"status":"current"}""", "/patients/0/documents/0")]
    [InlineData("\"d\"", "/patients/0/documents/0")]
    public void A_document_that_cannot_be_told_stops_the_delivery_by_name(string document, string pointer)
    {
        var translation = Translate(document);

        Assert.Null(translation.Bundle);
        Assert.Contains(translation.Problems, p => p.Severity == ProblemSeverity.Error && p.Pointer == pointer);
    }

    [Theory]
    [InlineData("\"archived\"")]
    [InlineData("""{"code":"archived"}""")]
    [InlineData("""["archived","current"]""")]
    public void An_unknown_status_is_not_guessed_the_document_waits_for_it(string status)
    {
        var translation = Translate($$"""{"id":"d","status":{{status}}}""");

        Assert.Null(translation.Bundle);
        Assert.Equal("concept map metriport-status", translation.Held!.WaitsFor);
        Assert.StartsWith("/patients/0/documents/0/status", translation.Held.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("archived", translation.Held.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""" "status":null, """)]
    [InlineData(""" "status":"", """)]
    [InlineData(""" "status":" ", """)]
    public void A_document_without_a_status_is_not_lost_it_is_current_with_a_doubt(string status)
    {
        var translation = Translate($$"""{ {{status}} "id":"d"}""");

        Assert.Equal(DocumentReferenceStatus.Current, DocumentOf(translation).Status);
        Assert.Contains(
            translation.Problems,
            problem => problem.Severity == ProblemSeverity.Warning && problem.Pointer == "/patients/0/documents/0/status");
    }

    [SharedFact("cases/public/metriport-document-without-status.json")]
    public void One_document_without_a_status_stops_no_other()
    {
        var body = File.ReadAllBytes(Repository.SharedPath("cases/public/metriport-document-without-status.json")!);
        var translation = Translate(Assert.Single(_metriport.Read(body, Vendors.Source("metriport")).Events));

        Assert.Equal(
            [DocumentReferenceStatus.Current, DocumentReferenceStatus.Current],
            translation.Bundle!.Entry.Select(e => e.Resource).OfType<DocumentReference>().Select(d => d.Status));
        Assert.Equal("/patients/0/documents/0/status", Assert.Single(translation.Problems).Pointer);
    }

    [Theory]
    [InlineData("type")]
    [InlineData("description")]
    [InlineData("indexed")]
    [InlineData("mimeType")]
    [InlineData("size")]
    [InlineData("fileName")]
    public void No_optional_field_that_is_absent_empty_null_or_odd_stops_a_document(string field)
    {
        foreach (var value in new[] { "null", "\"\"", "\" \"", "{}", "[]", "true", "{\"a\":\"b\"}", "[\"x\"]", "-1", "\"\\u0000\"" })
        {
            var translation = Translate($$"""{"id":"d","status":"current","{{field}}":{{value}} }""");

            Assert.Equal("d", DocumentOf(translation).MasterIdentifier!.Value);
            Assert.DoesNotContain(translation.Problems, problem => problem.Severity == ProblemSeverity.Error);
        }
    }

    [Theory]
    [InlineData("""{"id":"odd","status":"archived"}""")]
    [InlineData("""{"status":"current"}""")]
    [InlineData("\"odd\"")]
    [InlineData("null")]
    public void One_odd_document_never_holds_up_its_siblings(string odd)
    {
        var parts = Events($$"""{"id":"a","status":"current"},{{odd}},{"id":"b"}""");

        Assert.Equal(2, parts.Count);
        Assert.Equal(2, parts.Select(part => part.Key).Distinct().Count());
        var siblings = Translate(parts[0]);
        Assert.Equal(
            ["a", "b"], siblings.Bundle!.Entry.Select(e => e.Resource).OfType<DocumentReference>().Select(d => d.MasterIdentifier!.Value));
        Assert.Empty(siblings.Drift);
        var alone = Translate(parts[1]);
        Assert.Null(alone.Bundle);
        Assert.All(alone.Problems, problem => Assert.StartsWith("/patients/0/documents/1", problem.Pointer, StringComparison.Ordinal));
        Assert.True(alone.Held is not null || alone.Problems.Any(problem => problem.Severity == ProblemSeverity.Error));
    }

    [Fact]
    public void A_part_is_found_again_by_its_key_whatever_later_releases_know()
    {
        var reading = Read("""{"id":"a","status":"current"},{"id":"odd","status":"archived"},{"id":"b","status":"current"}""");
        var whole = reading.Events[0].Whole!;

        Assert.Equal(reading.Events.Select(e => e.Key), reading.Events.Select(e => reading.Find(e.Key)!.Key));
        Assert.Same(whole, reading.Find(whole.Key)); // as the first release recorded it
        Assert.Equal("b", DocumentOf(Translate(reading.Find(whole.Key + "|only /documents 2")!)).MasterIdentifier!.Value);
        Assert.Equal("a", DocumentOf(Translate(reading.Find(whole.Key + "|without /documents 1 2")!)).MasterIdentifier!.Value);
        Assert.Null(reading.Find("another"));
    }

    [Theory]
    [InlineData("http://snomed.info/sct", "62479008", false)] // AIDS, in Metriport's own example of "Diagnoses"
    [InlineData("http://snomed.info/sct", "73211009", false)] // a disorder; no document
    [InlineData("http://snomed.info/sct", "371532007", true)]
    [InlineData("urn:oid:2.16.840.1.113883.6.96", "371532007", true)]
    [InlineData("2.16.840.1.113883.6.96", "62479008", false)]
    [InlineData("http://loinc.org", "18842-5", true)]
    [InlineData("urn:oid:2.16.840.1.113883.6.1", "18842-5", true)]
    [InlineData("2.16.840.1.113883.6.1", "18842-5", true)]
    [InlineData("2.16.840.1.113883.6.1", "18842-6", false)]
    [InlineData("http://loinc.org", "18842-6", false)] // the check digit is wrong
    [InlineData("http://loinc.org", "Diagnoses", false)]
    [InlineData("http://hl7.org/fhir/sid/icd-10-cm", "B20", false)]
    public void A_code_is_kept_only_where_it_names_a_kind_of_document(string system, string code, bool kept)
    {
        var translation = Translate($$"""{"id":"d","status":"current","type":{"coding":"""
            + $$"""[{"system":"{{system}}","code":"{{code}}","display":"Shown"}],"text":"Diagnoses"} }""");
        var type = DocumentOf(translation).Type!;

        Assert.Equal("Diagnoses", type.Text);
        Assert.Equal(kept ? [code] : [], type.Coding.Select(c => c.Code));
        Assert.All(type.Coding, c => Assert.Null(c.Display));
        Assert.All(type.Coding, c => Assert.StartsWith("http://", c.System, StringComparison.Ordinal));
        Assert.Equal(kept ? 0 : 1, translation.Problems.Count(p => p.Severity == ProblemSeverity.Warning));
    }

    [Fact]
    public void The_contradicted_code_is_named_with_what_it_means()
    {
        var translation = Translate("""{"id":"d","status":"current","type":{"coding":"""
            + """[{"system":"http://snomed.info/sct","code":"62479008","display":"Diagnoses"}]}}""");

        Assert.Contains("Acquired immune deficiency syndrome", Assert.Single(translation.Problems).Text, StringComparison.Ordinal);
        Assert.Equal("Diagnoses", DocumentOf(translation).Type!.Text);
    }

    [Theory]
    [InlineData("\"17344007\"", 17344007)]
    [InlineData("40670", 40670)]
    [InlineData("2147483648", null)]
    [InlineData("\"-1\"", null)]
    [InlineData("\"big\"", null)]
    public void A_size_is_text_or_a_number_within_FHIRs_bounds(string size, int? expected) =>
        Assert.Equal(expected, Document($$"""{"id":"d","status":"current","size":{{size}} }""").Content[0].Attachment!.SizeUnsignedInt);

    [Theory]
    [InlineData("2019-09-07T15:50:00.000Z", "2019-09-07T15:50:00.000Z")]
    [InlineData("2025-06-16T00:00:00.000Z", "2025-06-16T00:00:00.000Z")] // that day, or that year
    [InlineData("2019-09-07T15:50:00", "2019-09-07")]
    [InlineData("2019-09-07", "2019-09-07")]
    [InlineData("2019-09", "2019-09")]
    [InlineData("2019", "2019")]
    [InlineData("<date>", null)]
    public void When_a_document_was_indexed_is_never_the_references_date(string indexed, string? creation)
    {
        var document = Document($$"""{"id":"d","status":"current","indexed":"{{indexed}}"}""");

        Assert.Equal(creation, document.Content[0].Attachment!.Creation);
        Assert.Null(document.DateElement);
    }

    [Theory]
    [InlineData("https://fhir.metriport.com/oauth/fhir/Binary/2.16.840", true)]
    [InlineData("https://bucket.s3.amazonaws.com/a.xml?X-Amz-Signature=0f", false)]
    [InlineData("http://fhir.metriport.com/Binary/1", false)]
    [InlineData("javascript:alert(1)", false)]
    public void A_location_is_kept_only_if_it_lasts(string location, bool kept) =>
        Assert.Equal(
            kept ? location : null, Document($$"""{"id":"d","status":"current","location":"{{location}}"}""").Content[0].Attachment!.Url);

    [Fact]
    public void A_presigned_URL_is_written_nowhere()
    {
        var translation =
            Translate("""{"id":"d","status":"current","url":"https://bucket/a?X-Amz-Signature=0f","downloadUrl":"https://bucket/b?X-Amz-Signature=0f"}""");

        Assert.DoesNotContain("Signature", Mapping.Json.ResourceJson.WritePretty(translation.Bundle!), StringComparison.Ordinal);
        Assert.Empty(translation.Drift);
    }

    [Fact]
    public void What_Metriport_does_not_know_is_not_said()
    {
        var document = Document("""{"id":"d","status":"current"}""");

        Assert.Null(document.DocStatus);
        Assert.Empty(document.Author);
        Assert.Empty(document.Meta?.Security ?? []);
    }

    [Fact]
    public void The_patient_is_the_sites_own_or_else_Metriports()
    {
        Assert.Equal(
            "Patient?identifier=urn%3Afhir-gateway%3Atest-metriport%3Apatient%7Cx%201",
            Document("""{"id":"d","status":"current"}""", """ "externalId":"x 1", """).Subject!.Reference);
        Assert.Equal(
            "Patient?identifier=urn%3Afhir-gateway%3Atest-metriport%3Ametriport-patient%7Cp1",
            Document("""{"id":"d","status":"current"}""").Subject!.Reference);
    }

    [Theory]
    [InlineData("""{"athenahealth":["70012"]}""", "AthenahealthPatient", "urn%3Aathena%7C70012")]
    [InlineData("""{"elation":["e-4"],"canvas":"c-9"}""", "CanvasPatient", "urn%3Aathena%7Cc-9")]
    [InlineData("""{"athenahealth":["1","2"]}""", "AthenahealthPatient", "metriport-patient%7Cp1")] // neither is more the patient's
    [InlineData("""{"athenahealth":[]}""", "AthenahealthPatient", "metriport-patient%7Cp1")]
    [InlineData("""{"athenahealth":null}""", "AthenahealthPatient", "metriport-patient%7Cp1")]
    [InlineData("""{"athenahealth":["70012"]}""", "HealthiePatient", "metriport-patient%7Cp1")] // no system is named for it
    public void A_patients_id_in_the_sites_EHR_is_used_where_the_source_names_its_system(string ids, string kind, string condition)
    {
        var source = Vendors.Source("metriport") with { Systems = new Dictionary<string, string> { [kind] = "urn:athena" } };
        var e = Event("""{"id":"d","status":"current"}""", $""" "additionalIds":{ids}, """);
        var translation = _metriport.Translate(
            e, new TranslationContext(source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false));

        Assert.EndsWith(condition, DocumentOf(translation).Subject!.Reference, StringComparison.Ordinal);
        Assert.Equal("Patient?identifier=urn%3Afhir-gateway%3Atest-metriport%3Apatient%7Cx", DocumentOf(_metriport.Translate(
            Event("""{"id":"d","status":"current"}""", $""" "externalId":"x","additionalIds":{ids}, """),
            new TranslationContext(
                source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false))).Subject!.Reference);
        Assert.Empty(translation.Drift);
    }

    [Fact]
    public void Of_a_document_told_twice_in_one_message_the_last_counts()
    {
        var translation = Translate(
            """{"id":"d","status":"current","description":"old"},{"id":"d","status":"superceded","description":"new"}""");

        Assert.Equal(("new", DocumentReferenceStatus.Superseded), (DocumentOf(translation).Description, DocumentOf(translation).Status));
        Assert.Contains(translation.Problems, p => p.Severity == ProblemSeverity.Warning);
    }

    [Fact]
    public void Documents_of_one_patient_go_out_in_order()
    {
        var one = Event("""{"id":"d","status":"current"}""", messageId: "m1");
        var other = Event("""{"id":"d","status":"superceded"}""", messageId: "m2");

        Assert.Equal(IntentOf(one).Lane, IntentOf(other).Lane);
        Assert.Null(IntentOf(one).Version);
    }

    [Fact]
    public void A_document_that_a_later_message_has_told_of_is_left_as_it_is()
    {
        const string Documents = """{"id":"old","status":"current"},{"id":"other","status":"current"}""";
        var keys = Translate(Documents).Updates.Select(update => update.Version.SetKey).ToArray();

        var partly = Translate(Documents, late: [keys[0]]);
        Assert.Equal("other", DocumentOf(partly).MasterIdentifier!.Value);
        Assert.Equal([keys[1]], partly.Updates.Select(update => update.Version.SetKey));
        Assert.Contains(partly.Problems, p => p.Severity == ProblemSeverity.Information);

        var whole = Translate(Documents, late: keys);
        Assert.Null(whole.Bundle);
        Assert.Empty(whole.Updates);
        Assert.Equal(ProblemSeverity.Information, Assert.Single(whole.Problems).Severity);
    }

    [Theory]
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z", true)] // what was sent later is later, whatever came in first
    [InlineData("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z", false)]
    [InlineData("<date-time-in-utc>", "<date-time-in-utc>", false)]
    [InlineData("", "", false)]
    public void Updates_are_in_the_order_of_sending_then_of_receipt(string when, string whenOfNext, bool isLater)
    {
        const string Document = """{"id":"d","status":"current"}""";
        var first = Assert.Single(Translate(Document, when: when).Updates);
        var next = Assert.Single(Translate(
            Document, when: whenOfNext, facts: new MessageFacts("message-2", Translating.Facts.ReceivedAt.AddSeconds(1))).Updates);

        Assert.Equal(first.Version.SetKey, next.Version.SetKey);
        Assert.Equal(isLater, VersionOrder.Compare(first.Version.Order, next.Version.Order, TimeSpan.FromMinutes(10)) > 0);
    }

    [Theory]
    [InlineData("document-download")]
    [InlineData("documents-2023")]
    [InlineData("bulk-download-urls")]
    [InlineData("consolidated-data")]
    public void Nothing_of_the_samples_is_unknown(string sample) =>
        Assert.All(Translating.Of("metriport", sample), t => Assert.Empty(t.Drift));

    private Reading Read(string documents, string patient = "", string messageId = "m1", string when = "<date-time-in-utc>") =>
        _metriport.Read(
        Encoding.UTF8.GetBytes($$"""{"meta":{"messageId":"{{messageId}}","when":"{{when}}"},"patients":"""
            + $$"""[{ {{patient}} "patientId":"p1","documents":[{{documents}}]}]}"""),
        Vendors.Source("metriport"));

    private IReadOnlyList<VendorEvent> Events(string documents) => Read(documents).Events;

    private VendorEvent Event(string documents, string patient = "", string messageId = "m1", string when = "<date-time-in-utc>") =>
        Read(documents, patient, messageId, when).Events.Single();

    private Translation Translate(VendorEvent e) => _metriport.Translate(
        e, new TranslationContext(
            Vendors.Source("metriport"), Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false));

    private Intent IntentOf(VendorEvent e) => _metriport.IntentOf(e, Vendors.Source("metriport"), Translating.Facts.ReceivedAt);

    private Translation Translate(
        string documents, string patient = "", string when = "<date-time-in-utc>", MessageFacts? facts = null, string[]? late = null) =>
        _metriport.Translate(
        Event(documents, patient, when: when),
        new TranslationContext(
            Vendors.Source("metriport"), facts ?? Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false,
            late?.ToDictionary(key => key, _ => new RecordedUpdate(IsLater: true, null))));

    private DocumentReference Document(string document, string patient = "") => DocumentOf(Translate(document, patient));

    private static DocumentReference DocumentOf(Translation translation) =>
        translation.Bundle!.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single();
}
