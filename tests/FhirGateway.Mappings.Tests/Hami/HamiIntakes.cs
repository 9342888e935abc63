using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests.Hami;

/// <summary>Intake summaries for the tests, translated.</summary>
internal static class HamiIntakes
{
    private const string OnePatient = """{"resourceType":"Appointment","id":"x","participant":[{"actor":"""
        + """{"reference":"Patient/p/_history/3"}},{"actor":{"reference":"Practitioner/d"}}]}""";

    public static VendorEvent EventOf(string summary) => Assert.Single(Vendors.Named("hami").Read(
        Encoding.UTF8.GetBytes($$"""{"appointmentId":"7","dateCreated":"2026-03-02T08:00:00Z","intakeSummary":{{summary}}}"""), Vendors.Source("hami")).Events);

    public static Translation Translate(
        string summary, string? appointment = OnePatient, WrittenVersion? predecessor = null, bool isLate = false,
        WrittenVersion? before = null)
    {
        var (hami, e) = (Vendors.Named("hami"), EventOf(summary));
        var found = new Dictionary<Lookup, JsonElement>();
        if (appointment is not null) found[hami.LookupsOf(e, Vendors.Source("hami"))[0]] = JsonElement.Parse(appointment);
        return hami.Translate(
            e, new TranslationContext(Vendors.Source("hami"), Translating.Facts, found, predecessor, isLate) { Before = before });
    }

    public static Composition CompositionOf(Translation translation) =>
        translation.Bundle!.Entry.Select(e => e.Resource).OfType<Composition>().Single();

    /// <summary>The attachment's text.</summary>
    public static string TextOf(Translation translation) =>
        Encoding.UTF8.GetString(
            translation.Bundle!.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single().Content[0].Attachment!.Data!);

    public static IReadOnlyList<MedicationStatement> MedicationsOf(Translation translation) =>
        [.. translation.Bundle!.Entry.Select(e => e.Resource).OfType<MedicationStatement>()];
}
