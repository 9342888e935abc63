using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using Hl7.Fhir.Model;

namespace FhirGateway.Tests.ExampleVendors.Timestamped;

/// <summary>Its note → a Composition and a DocumentReference.</summary>
public sealed class TimestampedNoteMapping : DocumentMapping
{
    public TimestampedNoteMapping()
    {
        WrittenBy(Asserted.ByAi);
        SubjectIs("/patient");
        OneDocumentPer(SetPart.Of("note", "/note_id"));
        VersionOf("/note_id", "/version");
        Dated("/finished_at");

        Always((Composition c) => c.Status, CompositionStatus.Preliminary);
        Always((Composition c) => c.Type, Loinc.Note);
        Always((Composition c) => c.Title, "Visit note");
        Ignore("type", "what brought it here");
        In("sections", sections => sections.EverySection().Titled(Words.FromSnakeCase));
    }
}
