using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Tests;

/// <summary>
/// The language on a vendor that exists nowhere: resources without a Composition, events inside an array, rules for the message around
/// them.
/// </summary>
public sealed class RulesTests
{
    private static readonly SourceSettings Source = SourceSettings.Default("lab", "example");
    private readonly ExampleVendor _vendor = new();

    [Fact]
    public void Each_item_of_an_array_is_an_event_with_its_own_place_and_key()
    {
        var events = Read("""{"id":"m","files":[{"name":"a","bytes":"12"},{"name":"b","bytes":7}]}""").Events;

        Assert.Equal([("/files/0", "m|a"), ("/files/1", "m|b")], events.Select(e => (e.Pointer, e.Key)));
    }

    [Fact]
    public void A_resource_is_written_by_its_identifier_and_its_provenance_names_message_and_event()
    {
        var bundle = Translate("""{"id":"m","sent":"2026-01-02T03:04:05+01:00","files":[{"name":"a","bytes":"12","who":"p"}]}""").Bundle!;

        // Its name and whom it is about, in a system of the gateway's own: what the vendor calls it is a fact only.
        const string Written =
            "DocumentReference?identifier=urn%3Afhir-gateway%3Alab%3Adocument-reference%7Ca%3Asubject%3A4d24c9e0ee49b686dbf36a7ad6e13fc5";
        Assert.Equal(
            ["POST Device", "POST Device", $"PUT {Written}"], // the vendor's, the gateway's own
            bundle.Entry.Take(3).Select(e => $"{e.Request!.Method} {e.Request.Url}"));
        var document = bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single();
        Assert.Equal(
            (12, "2026-01-02T03:04:05+01:00"), (document.Content[0].Attachment!.SizeUnsignedInt, document.DateElement!.ToString()));
        Assert.Equal("Patient?identifier=urn%3Afhir-gateway%3Alab%3Apatient%7Cp", document.Subject!.Reference);
        var provenance = bundle.Entry.Select(e => e.Resource).OfType<Provenance>().Single();
        Assert.Equal(["message-1", "m|a"], provenance.Entity.Select(e => e.What!.Identifier!.Value));
        Assert.Equal(["informant", "assembler"], provenance.Agent.Select(a => a.Type!.Coding[0].Code));
        Assert.Empty(document.Meta?.Security ?? []);
    }

    [Fact]
    public void Drift_is_told_of_the_event_and_of_the_message_around_it_but_not_of_its_neighbours()
    {
        var translation = Translate("""{"id":"m","new/key":1,"files":[{"name":"a","who":"p","x":{"y":[1]}},{"name":"b","z":2}]}""");

        Assert.Equal(["/files/0/x/y/0", "/new~1key"], translation.Drift);
    }

    [Fact]
    public void A_value_that_cannot_be_read_is_a_problem_with_its_place_and_writes_nothing()
    {
        var translation = Translate("""{"id":"m","sent":"yesterday","files":[{"name":"a","who":"p"}]}""");

        Assert.Equal("/sent", Assert.Single(translation.Problems).Pointer);
        Assert.Null(translation.Bundle);
    }

    [Fact]
    public void An_event_that_does_not_say_whom_it_is_about_is_a_problem() =>
        Assert.Equal("required", Assert.Single(Translate("""{"id":"m","files":[{"name":"a"}]}""").Problems).Code);

    private Reading Read(string body) => _vendor.Read(Encoding.UTF8.GetBytes(body), Source);

    private Translation Translate(string body) => _vendor.Translate(Read(body).Events[0], new TranslationContext(
        Source, new MessageFacts("message-1", DateTimeOffset.UnixEpoch), new Dictionary<Lookup, JsonElement>(), null, IsLate: false));

    private sealed class ExampleVendor : VendorDefinition
    {
        public ExampleVendor() : base("example", "Example") =>
            Event("file").ForEach("/files").KeyedBy(KeyPart.Message("/id"), "/name").MappedBy<FileMapping>();
    }

    private sealed class FileMapping : ResourceMapping
    {
        public FileMapping()
        {
            SubjectIs("/who");
            Rules.InMessage(message => message.Ignore("id", "part of the key"));
            Creates<DocumentReference>(file =>
            {
                file.Always(d => d.Status, DocumentReferenceStatus.Current);
                file.Subject(d => d.Subject);
                file.Field("name").Required().As(Mapping.Rules.Read.Identifier("File")).Identifies(d => d.MasterIdentifier);
                file.Field("bytes").As(Mapping.Rules.Read.Size).To(d => (UnsignedInt)d.Content[0].Attachment!.SizeElement!);
                file.InMessage(message => message.Field("sent").As(Mapping.Rules.Read.Instant).To(d => d.DateElement));
            });
        }
    }
}
