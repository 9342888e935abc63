using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests.HumanApi;

public sealed class HumanApiTranslationTests
{
    private readonly VendorDefinition _humanApi = Vendors.Named("human-api");

    [Fact]
    public void A_note_is_an_administrative_document_and_no_AIs_word()
    {
        var bundle = Translating.Of("human-api", "vendor-note").Single().Bundle!;
        var document = DocumentOf(bundle);

        Assert.Equal("51851-4", document.Type!.Coding.Single().Code);
        Assert.Equal("retrieval-status-note", Assert.Single(document.Category).Coding.Single().Code);
        var author = Assert.Single(document.Author).Reference;
        Assert.Equal("Human API", Assert.IsType<Device>(bundle.Entry.Single(e => e.FullUrl == author).Resource).DeviceName.Single().Name);
        Assert.Null(document.DocStatus);
        Assert.DoesNotContain("AIAST", ResourceJson.WritePretty(bundle), StringComparison.Ordinal);
        Assert.DoesNotContain(bundle.Entry, e => e.Resource is Composition or MedicationStatement);
    }

    [Theory]
    [InlineData("2025-12-28T20:50:41.251000", "2025-12-28T20:50:41.251000Z")]
    [InlineData("2025-12-28T20:50:41.251+01:00", "2025-12-28T20:50:41.251+01:00")]
    public void A_time_without_a_zone_is_UTC_and_its_lineage_says_so(string timestamp, string date)
    {
        var translation = Translate(timestamp, "Called.");

        Assert.Equal(date, DocumentOf(translation.Bundle!).DateElement!.ToString());
        Assert.Contains(
            translation.Lineage,
            l => l.Target.EndsWith(".date", StringComparison.Ordinal)
                && l.Rule.Contains("UTC where it names no zone", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_note_is_described_by_its_beginning_and_kept_whole()
    {
        var note = new string('x', 79) + "😀 and more";
        var document = DocumentOf(Translate("2025-12-28T20:50:41Z", note).Bundle!);

        Assert.Equal(new string('x', 79), document.Description);
        Assert.Equal(note, Encoding.UTF8.GetString(document.Content[0].Attachment!.Data!));
    }

    [Fact]
    public void What_the_customer_attached_to_the_order_is_not_written()
    {
        var translation = Translating.Of("human-api", "vendor-note").Single();

        Assert.DoesNotContain("north", ResourceJson.WritePretty(translation.Bundle!), StringComparison.Ordinal);
        Assert.Empty(translation.Drift);
        Assert.Empty(Translating.Of("human-api", "mixed").Single().Drift);
    }

    [Theory]
    [InlineData("""{"note":{"text":"wombat","pages":[1,2]}}""", "text: wombat\npages:\n  - 1\n  - 2")]
    [InlineData("""{"note":["wombat","second line"]}""", "- wombat\n- second line")]
    [InlineData("""{"note":"CALLED","addendum":"wombat"}""", "CALLED\n\naddendum\nwombat")]
    [InlineData("""{"note":"CALLED","more":{"said":"wombat"}}""", "CALLED\n\nmore\nsaid: wombat")]
    [InlineData("""{"note":"CALLED","providerNames":[{"name":"wombat"}]}""", "CALLED\n\nproviderNames\nname: wombat")]
    [InlineData(
        """{"note":"CALLED","providerNames":{"name":"wombat"},"clientProviderId":["x"]}""",
        "CALLED\n\nproviderNames\nname: wombat\n\nclientProviderId\n- x")]
    public void No_odd_shape_kills_a_note_and_no_word_of_it_is_lost(string payload, string text)
    {
        var translation = Translate("2025-12-28T20:50:41Z", JsonElement.Parse(payload));

        Assert.Equal(text, Encoding.UTF8.GetString(DocumentOf(translation.Bundle!).Content[0].Attachment!.Data!));
        Assert.NotEmpty(translation.Drift);
        Assert.DoesNotContain(translation.Problems, problem => problem.Severity == ProblemSeverity.Error);
    }

    private Translation Translate(string timestamp, string note) => Translate(timestamp, JsonSerializer.SerializeToElement(new { note }));

    private Translation Translate(string timestamp, JsonElement eventPayload)
    {
        var body = JsonSerializer.Serialize(new[]
        {
            new { timestamp, eventId = "9fa4a64c-77f6-4e3b-8f1c-2583f0b6855b", orderId = "o", eventType = "integrations.VendorNoteCreated", humanId = "h", eventPayload },
        });
        var source = Vendors.Source("human-api");
        var e = _humanApi.Read(Encoding.UTF8.GetBytes(body), source).Events.Single();
        return _humanApi.Translate(
            e, new TranslationContext(source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false));
    }

    private static DocumentReference DocumentOf(Bundle bundle) => bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single();
}
