using FhirGateway.Mapping;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Nabla;

/// <summary>
/// Nabla's generated note → a preliminary Composition and its DocumentReference. The payload names neither patient nor encounter: the site
/// registers them, with the template and the locale it asked for, under the id of its request.
/// </summary>
public sealed class NablaNoteMapping : DocumentMapping
{
    public NablaNoteMapping()
    {
        Phrase("").MeansAbsent(EmptyReason.Unavailable, shownAs: "No content generated");

        WrittenBy(Asserted.ByAi);
        NeedsCorrelation("/data/client_request_id", "/data/id");
        OneDocumentPer(SetPart.Correlated("encounter", "/encounter"), SetPart.Correlated("template", "/template").OrWithout());
        VersionIs("/data/id");
        Dated("/created_at");
        SectionsCodedBy("nabla-section", Codes("nabla-section"), SharedCodes("section-heading"));

        Always((Composition c) => c.Status, CompositionStatus.Preliminary).Because("an AI draft that no clinician has signed");
        Always((Composition c) => c.Type, Loinc.Note).Because("where no template is registered");
        Always((Composition c) => c.Title, "AI-generated clinical note").Because("where Nabla gives none");
        InFound("Correlation", registered =>
        {
            registered.Field("patient").Required().Because("a note without a patient is never guessed");
            registered.Field("template").As(NablaReads.Template(SharedCodes("document-type"))).To((Composition c) => c.Type);
            registered.Field("locale").As(NablaReads.Locale(Codes("nabla-locale"))).To((Composition c) => c.LanguageElement);
            registered.Field("practitioner").As(Read.RegisteredReference("Practitioner")).To((Composition c) => c.Author)
                .Because("whose encounter it was; never an attester, since nobody is known to have signed");
        });

        Field("id").As(Read.Uuid).To((DocumentReference d) => d.Identifier).Because("the event that brought it");
        Ignore("type", "only a note that succeeded gets here");
        In("data", data =>
        {
            data.Field("client_request_id").As(Read.Identifier("Request"))
                .To((DocumentReference d) => d.Identifier).Because("the request that asked for it");
            data.Ignore("status", "only a note that succeeded gets here");
            data.In("payload", payload =>
            {
                payload.In("note", note =>
                {
                    note.Field("title").To((Composition c) => c.Title);
                    note.SectionsListedIn("sections", key: "key", title: "title", text: "text")
                        .Because("templates gain sections without notice: an unknown key passes through uncoded. Prescriptions and "
                            + "medications are prose, and stay prose");
                });
                payload.Ignore(
                    "suggested_dot_phrases",
                    "suggestions that are not in the note: a clinician takes them or doesn't; they stay in the recorded message");
            });
        });
    }
}
