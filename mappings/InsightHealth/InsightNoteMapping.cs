using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.InsightHealth;

/// <summary>Insight Health pushed note → a preliminary Composition and its DocumentReference, one section per template section.</summary>
public sealed class InsightNoteMapping : DocumentMapping
{
    public InsightNoteMapping()
    {
        Phrase("").MeansAbsent(EmptyReason.Unavailable, shownAs: "No content generated");

        WrittenBy(Asserted.ByAi);
        SubjectIs("/patient_id");
        EncounterIs("/encounter_id");
        OneDocumentPer(SetPart.Of("encounter", "/encounter_id"), SetPart.Slug("template", "/template_name"));
        VersionIs("/summary_id");
        SectionsCodedBy("insight-section", SharedCodes("section-heading"));

        Always((Composition c) => c.Status, CompositionStatus.Preliminary).Because("an AI draft that no clinician has signed");
        Field("template_name").Required()
            .To((Composition c) => c.Title)
            .As(Read.Code(SharedCodes("document-type"))).To((Composition c) => c.Type)
            .Because("templates are the customer's own: an unknown one is a note of unspecified kind, under its own name");

        In("sections", note => note.EverySection()
            .Titled(Words.FromSnakeCase)
            .Because("the provider's template names the sections: known keys gain a LOINC code and a title, new ones pass through with "
                + "their key"));
    }
}
