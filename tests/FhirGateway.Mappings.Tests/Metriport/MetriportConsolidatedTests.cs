using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;
using Hl7.Fhir.Model;
using Task = System.Threading.Tasks.Task;

namespace FhirGateway.Mappings.Tests.Metriport;

/// <summary>Consolidated data: in line, empty, or, as its sender really works, links that live for minutes.</summary>
public sealed class MetriportConsolidatedTests
{
    private const string NestedAnswers = "cases/public/metriport-consolidated-nested-answers.json";
    private const string Link = "https://documents.s3.amazonaws.com/a.json?X-Amz-Expires=180&X-Amz-Signature=0f";
    private const string LinkOnly = """{"resource":{"resourceType":"DocumentReference","content":[{"attachment":"""
        + """{"contentType":"application/json","url":"LINK"}}]}}""";

    private readonly VendorDefinition _metriport = Vendors.Named("metriport");

    [Fact]
    public void A_bundle_is_kept_byte_for_byte_for_the_patients_readers_only()
    {
        const string Bundle = """{"resourceType":"Bundle",  "type":"collection","entry":[{"resource":"""
            + """{"resourceType":"Encounter","id":"\u0031","weight":1.50}}]}""";
        var translation = Translate(Bundle);

        var binary = BinaryOf(translation);
        Assert.Equal(Bundle, Encoding.UTF8.GetString(binary.Data!));
        Assert.Equal(DocumentOf(translation).Subject!.Reference, binary.SecurityContext!.Reference);
        Assert.Equal($"Binary/{binary.Id}", DocumentOf(translation).Content[0].Attachment!.Url);
        Assert.Equal("2026-03-02T09:25:00.500Z", DocumentOf(translation).DateElement!.ToString());
        Assert.DoesNotContain(translation.Bundle!.Entry, e => e.Resource is Encounter);
        Assert.Empty(translation.Problems);
        Assert.Empty(translation.Drift);
    }

    [Fact]
    public void Versions_are_answers_to_the_same_question_about_the_same_patient()
    {
        const string Bundle = """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Encounter"}}]}""";
        var first = VersionOf(Event(Bundle));

        Assert.Equal(first.SetKey, VersionOf(Event(Bundle, "m2")).SetKey);
        Assert.Equal(first.SetKey, VersionOf(Event(Bundle, "m2", filters: "{}")).SetKey);
        Assert.NotEqual(first.VersionId, VersionOf(Event(Bundle, "m2")).VersionId);
        Assert.NotEqual(first.SetKey, VersionOf(Event(Bundle, "m2", filters: """{"resources":"Immunization"}""")).SetKey);
        Assert.NotEqual(first.SetKey, VersionOf(Event(Bundle, "m2", patient: "p2")).SetKey);
        Assert.True(VersionOrder.Compare(
            first.Order, VersionOf(Event(Bundle, "m2", when: "2026-03-02T09:26:00Z")).Order, TimeSpan.FromMinutes(5)) < 0);
    }

    [Fact]
    public void A_late_answer_is_never_current()
    {
        var late = Translate(Event("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Encounter"}}]}"""), isLate: true);

        Assert.Equal(DocumentReferenceStatus.Superseded, DocumentOf(late).Status);
        Assert.Empty(DocumentOf(late).RelatesTo);
        Assert.DoesNotContain(late.Bundle!.Entry, e => e.Request!.Method == Bundle.HTTPVerb.PATCH);
    }

    [SharedFact(NestedAnswers)]
    public void Deeply_nested_answers_are_not_refused()
    {
        var body = File.ReadAllBytes(Repository.SharedPath(NestedAnswers)!);
        var reading = _metriport.Read(body, Vendors.Source("metriport"));
        var translation = Translate(Assert.Single(reading.Events));

        Assert.Equal(
            "It went away.",
            JsonElement.Parse(
                BinaryOf(translation).Data!,
                new JsonDocumentOptions { MaxDepth = 144 }).GetRawText().Split('"').Single(text => text.StartsWith(
                    "It went", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","total":0,"entry":[]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","entry":[]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","total":0}""")]
    [InlineData("""{"resourceType":"Bundle","type":"searchset","total":0,"entry":null}""")]
    public void Nothing_found_never_becomes_a_chart_entry(string bundle) =>
        Assert.Contains("found nothing", Event(bundle).Acknowledged, StringComparison.Ordinal);

    [Theory]
    [InlineData(Link)]
    [InlineData("https://documents.s3.amazonaws.com/abc123-Amz-SignedHeaders=host")] // as its page shows it
    [InlineData("https://documents.example/abc123")]
    public void A_signed_link_is_never_stored_as_the_document(string link) => Assert.Contains(
        "was not fetched",
        Event("""{"resourceType":"Bundle","type":"searchset","total":1,"entry":[ENTRY,ENTRY]}""".Replace(
            "ENTRY", LinkOnly.Replace("LINK", link, StringComparison.Ordinal), StringComparison.Ordinal)).Acknowledged,
        StringComparison.Ordinal);

    [Fact]
    public void Signed_links_inside_a_bundle_are_removed_and_counted()
    {
        var translation = Translate("""
            {"resourceType":"Bundle","type":"collection","entry":[
              {"resource":{"resourceType":"Encounter","text":{"div":"<a href='LINK'>see</a> 1.50"},"n":1.50}},
              ENTRY,
              {"resource":{"resourceType":"DocumentReference","content":[{"attachment":{"url":"https://fhir.example/Binary/1?_format=json"}}]}}]}
            """.Replace("ENTRY", LinkOnly, StringComparison.Ordinal).Replace("LINK", Link, StringComparison.Ordinal));

        var kept = Encoding.UTF8.GetString(BinaryOf(translation).Data!);
        Assert.DoesNotContain("Amz", kept, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "see</a> 1.50",
            JsonElement.Parse(kept).GetProperty("entry")[0].GetProperty("resource").GetProperty("text").GetProperty("div").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("\"n\":1.50", kept, StringComparison.Ordinal);
        Assert.Contains("https://fhir.example/Binary/1?_format=json", kept, StringComparison.Ordinal);
        Assert.False(JsonElement.Parse(kept)
            .GetProperty("entry")[1]
            .GetProperty("resource")
            .GetProperty("content")[0]
            .GetProperty("attachment")
            .TryGetProperty("url", out _));
        var doubt = Assert.Single(translation.Problems);
        Assert.Equal((ProblemSeverity.Warning, "/patients/0/bundle"), (doubt.Severity, doubt.Pointer));
        Assert.StartsWith("2 signed links", doubt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_many_beginnings_of_links_does_not_hold_up_its_message()
    {
        var text = string.Concat(Enumerable.Repeat("https://", 200_000));
        var bundle = """{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Encounter","note":"TEXT"}}]}"""
            .Replace("TEXT", text, StringComparison.Ordinal);

        // Read from each beginning to the end it takes many minutes; read once, less than a second.
        var translation = await Task.Run(() => Translate(bundle)).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(bundle, Encoding.UTF8.GetString(BinaryOf(translation).Data!));
    }

    private VendorEvent Event(
        string bundle, string message =
            "m1", string patient =
                "p1", string when = "2026-03-02T09:25:00.500Z", string filters = "null") => Assert.Single(_metriport.Read(
        Encoding.UTF8.GetBytes($$$"""
            {"meta":{"messageId":"{{{message}}}","when":"{{{when}}}","type":"medical.consolidated-data"},
             "patients":[{"patientId":"{{{patient}}}","status":"completed","filters":{{{filters}}},"bundle":{{{bundle}}}}]}
            """),
        Vendors.Source("metriport")).Events);

    private DocumentVersion VersionOf(VendorEvent e) =>
        _metriport.IntentOf(e, Vendors.Source("metriport"), Translating.Facts.ReceivedAt).Version!;

    private Translation Translate(string bundle) => Translate(Event(bundle));

    private Translation Translate(VendorEvent e, bool isLate = false) => _metriport.Translate(
        e, new TranslationContext(Vendors.Source("metriport"), Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, isLate));

    private static Binary BinaryOf(Translation translation) => translation.Bundle!.Entry.Select(e => e.Resource).OfType<Binary>().Single();

    private static DocumentReference DocumentOf(Translation translation) =>
        translation.Bundle!.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single();
}
