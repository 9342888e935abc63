using static FhirGateway.Fhir.R4;

namespace FhirGateway.Fhir.Tests.Elements;

/// <summary>Handles as a mapping class writes them: with "using static", without naming the model.</summary>
public class UsingStaticTests
{
    [Fact]
    public void Handles_read_like_FHIR_paths()
    {
        ElementPath[] targets =
        [
            Composition.Date, Composition.Section.Code, DocumentReference.MasterIdentifier, DocumentReference.Content.Attachment.Url,
            MedicationStatement.Dosage.Timing.Code.Text, MedicationStatement.Note.Text, Patient.BirthDate, List.Entry.Item,
        ];

        Assert.Equal(
            [
                "Composition.date", "Composition.section.code", "DocumentReference.masterIdentifier", "DocumentReference.content.attachment.url",
                "MedicationStatement.dosage.timing.code.text", "MedicationStatement.note.text", "Patient.birthDate", "List.entry.item",
            ],
            targets.Select(target => target.Path));
        Assert.Equal("MedicationStatement", nameof(MedicationStatement));
    }
}
