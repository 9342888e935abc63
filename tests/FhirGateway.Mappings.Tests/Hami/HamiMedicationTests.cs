using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;
using static FhirGateway.Mappings.Tests.Hami.HamiIntakes;

namespace FhirGateway.Mappings.Tests.Hami;

/// <summary>What is a medication, and what only stands where one was asked for.</summary>
public sealed class HamiMedicationTests
{
    [Theory]
    [InlineData("Not asked", "notasked")]
    [InlineData("NOT  asked.", "notasked")]
    [InlineData("Unremarkable", null)]
    [InlineData("None", null)]
    [InlineData("none.", null)]
    [InlineData("None reported", null)]
    [InlineData("NKDA", null)]
    [InlineData("N/A", null)]
    [InlineData("No current medications", null)]
    [InlineData("no known medications", null)]
    [InlineData("Not taking any medications", null)]
    [InlineData("Denies", null)]
    [InlineData("No known allergies", null)]
    [InlineData("Unknown", null)]
    public void A_phrase_that_names_nothing_is_not_a_medication(string name, string? emptyReason)
    {
        var translation = Translate(Listing($$"""{"Name":"{{name}}","Dosage":""},"{{name}}" """));

        Assert.Empty(MedicationsOf(translation));
        var section = Assert.Single(CompositionOf(translation).Section);
        Assert.Empty(section.Entry);
        Assert.Contains(name, section.Text!.Div, StringComparison.Ordinal);
        Assert.Equal(emptyReason, section.EmptyReason?.Coding[0].Code);
    }

    [Theory]
    [InlineData("Nonemab")]
    [InlineData("Aspirin, none since Monday")]
    [InlineData("No-Spa")]
    [InlineData("Nil by mouth supplement")]
    public void A_name_that_only_begins_like_a_phrase_is_a_medication(string name) =>
        Assert.Equal(
            name, ((CodeableConcept)Assert.Single(MedicationsOf(Translate(Listing($$"""{"Name":"{{name}}"}""")))).Medication!).Text);

    [Fact]
    public void Beside_a_medication_a_phrase_gives_the_list_no_reason_to_be_empty()
    {
        var translation = Translate("""{"Medications":{"Current Medications":[{"Name":"Not asked"},{"Name":"Iron"}]}}""");

        Assert.Single(MedicationsOf(translation));
        Assert.Null(CompositionOf(translation).Section[0].EmptyReason);
    }

    [Fact]
    public void What_was_not_asked_is_not_a_dosage()
    {
        var medication = Assert.Single(MedicationsOf(Translate("""
            {"Medications":{"Current Medications":[{"Name":"Iron","Brand Name":"Not asked","Generic Name":"None","Dosage":"30 mg","Frequency":"Not asked","Formulation":"N/A","Route":"Unknown","Duration":"not asked"}]}}
            """)));

        Assert.Equal("30 mg", Assert.Single(medication.Dosage).Text);
        Assert.Null(medication.Dosage[0].Timing);
        Assert.Null(medication.Dosage[0].Route);
        Assert.Empty(medication.Note);
        Assert.Empty(Assert.Single(MedicationsOf(Translate("""{"Medications":{"Current Medications":[{"Name":"Iron","Dosage":"Not """
            + """asked","Frequency":"Not asked","Route":"Not asked"}]}}"""))).Dosage);
    }

    [Fact]
    public void A_medication_without_a_name_stays_words_and_asserts_nothing()
    {
        var translation = Translate(
            """{"Medications":{"Current Medications":[{"Name":" ","Dosage":"half a pill","Since":"May"},"an inhaler"]}}""");

        Assert.Empty(MedicationsOf(translation));
        var section = CompositionOf(translation).Section.Single();
        Assert.Empty(section.Entry);
        Assert.Contains("<li>Dosage: half a pill; Since: May</li><li>an inhaler</li>", section.Text!.Div, StringComparison.Ordinal);
        Assert.Equal(["/intakeSummary/Medications/Current Medications/0/Since"], translation.Drift);
    }

    [Fact]
    public void A_replaced_medication_was_never_an_error()
    {
        var first = Translate("""{"Medications":{"Current Medications":[{"Name":"Iron"}]}}""");
        var document = first.Owned.Single(owned => owned.ResourceType == "DocumentReference");
        var second = Translate("""{"Summary":"more"}""", predecessor: new WrittenVersion(document, first.Composition, first.Owned));

        var patch = second.Bundle!.Entry.Single(entry => entry.Request!.Method == Bundle.HTTPVerb.PATCH
            && entry.Request.Url!.StartsWith("MedicationStatement", StringComparison.Ordinal));
        var operations = ((Parameters)patch.Resource!).Parameter;
        Assert.Equal("completed", Part(operations[0], "value"));
        Assert.Equal(
            ["MedicationStatement.status", "MedicationStatement.statusReason", "MedicationStatement"],
            operations.Select(operation => Part(operation, "path")));
        Assert.Contains("a newer version of the document", ResourceJson.WritePretty(patch.Resource), StringComparison.Ordinal);
        Assert.DoesNotContain("entered-in-error", ResourceJson.WritePretty(second.Bundle), StringComparison.Ordinal);
    }

    [Fact]
    public void A_medication_that_an_earlier_program_made_of_no_medication_does_not_stay_active_when_the_intake_is_sent_again()
    {
        var none = new OwnedResource("MedicationStatement", "urn:fhir-gateway:hami:medication-statement", "of-none");
        var first = Translate(Listing("""{"Name":"Iron"}"""));
        var document = first.Owned.Single(owned => owned.ResourceType == "DocumentReference");
        var before = new WrittenVersion(document, first.Composition, [.. first.Owned, none]);

        var again = Translate(Listing("""{"Name":"Iron"}"""), before: before);

        Assert.Equal(
            none.Condition,
            Assert.Single(again.Bundle!.Entry, entry => entry.Request!.Method == Bundle.HTTPVerb.PATCH).Request!.Url);
    }

    private static string Listing(string items) => $$$"""{"Medications":{"Current Medications":[{{{items}}}]}}""";

    private static string? Part(Parameters.ParameterComponent operation, string name) =>
        operation.Part.Single(part => part.Name == name).Value!.ToString();
}
