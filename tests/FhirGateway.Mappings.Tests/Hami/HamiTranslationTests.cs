using FhirGateway.Mapping;
using Hl7.Fhir.Model;
using static FhirGateway.Mappings.Tests.Hami.HamiIntakes;

namespace FhirGateway.Mappings.Tests.Hami;

public sealed class HamiTranslationTests
{
    [Theory]
    [InlineData("""{"participant":[{"actor":{"reference":"Practitioner/d"}}]}""", "not-found")]
    [InlineData("""{"participant":[{"actor":{"reference":"Patient/a"}},{"actor":{"reference":"Patient/b"}}]}""", "multiple-matches")]
    [InlineData("""{}""", "not-found")]
    public void An_appointment_without_exactly_one_patient_is_a_problem_not_a_guess(string appointment, string code)
    {
        var translation = Translate("""{"Summary":"x"}""", appointment);

        Assert.Equal(code, Assert.Single(translation.Problems).Code);
        Assert.Null(translation.Bundle);
    }

    [Fact]
    public void Offline_the_subject_is_told_in_words_and_no_identifier_is_invented()
    {
        var subject = CompositionOf(Translate("""{"Summary":"x"}""", appointment: null)).Subject!;

        Assert.Equal(("Patient", "Patient of appointment 7"), (subject.Type, subject.Display));
        Assert.Null(subject.Reference);
        Assert.Null(subject.Identifier);
    }

    [Theory]
    [InlineData("refuse", true)]
    [InlineData("park", false)]
    public void The_site_decides_whether_an_unknown_appointment_is_refused_or_parked(string policy, bool refuses)
    {
        var source = Vendors.Source("hami") with { Policies = new Dictionary<string, string> { ["unknownAppointment"] = policy } };
        var intent = Vendors.Named("hami").IntentOf(EventOf("""{"Summary":"x"}"""), source, Translating.Facts.ReceivedAt);

        Assert.Equal(refuses, Assert.IsType<ResourceLookup>(Assert.Single(intent.Lookups)).RefuseWhenMissing);
        Assert.Equal("appointment:7", intent.Lane);
    }

    [Fact]
    public void Only_whole_phrases_mean_absence_and_an_answer_stays_an_answer()
    {
        var sections = CompositionOf(Translate("""
            {"Chief Complaint":"not  ASKED","Family History":"Not asked about cancer","Past Medical History":{"Allergies":"No known allergies","Surgeries":"Unremarkable"},"Medications":"Not asked"}
            """)).Section;

        Assert.Equal("notasked", ReasonOf("Chief Complaint"));
        Assert.Null(ReasonOf("Family History"));
        Assert.Null(ReasonOf("Past Medical History"));
        Assert.Equal("notasked", ReasonOf("Medications"));
        Assert.All(sections.Single(s => s.Title == "Past Medical History").Section, s => Assert.Null(s.EmptyReason));

        string? ReasonOf(string title) => sections.Single(s => s.Title == title).EmptyReason?.Coding[0].Code;
    }

    [Fact]
    public void A_later_summary_replaces_the_earlier_and_retires_what_it_owned()
    {
        var first = Translate("""{"Medications":{"Current Medications":[{"Name":"Iron"}]}}""");
        var document = first.Owned.Single(o => o.ResourceType == "DocumentReference");
        var second = Translate("""{"Summary":"more"}""", predecessor: new WrittenVersion(document, first.Composition, first.Owned));

        var patches = second.Bundle!.Entry.Where(
            e => e.Request!.Method == Bundle.HTTPVerb.PATCH).Select(e => e.Request!.Url!.Split('?')[0]);
        Assert.Equal(["DocumentReference", "MedicationStatement"], patches);
        var written = second.Bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single();
        Assert.Equal(DocumentRelationshipType.Replaces, written.RelatesTo.Single().Code);
        Assert.Equal(document.Condition, written.RelatesTo.Single().Target!.Reference);
    }

    [Fact]
    public void Of_a_predecessor_whose_document_is_gone_the_rest_is_retired_and_nothing_refers_to_it()
    {
        var medication = new OwnedResource("MedicationStatement", "urn:test", "1");
        var second = Translate("""{"Summary":"more"}""", predecessor: new WrittenVersion(null, null, [medication]));

        var patch = second.Bundle!.Entry.Single(e => e.Request!.Method == Bundle.HTTPVerb.PATCH);
        Assert.Equal(medication.Condition, patch.Request!.Url);
        Assert.Empty(second.Bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single().RelatesTo);
    }

    [Fact]
    public void The_same_version_delivered_again_does_not_retire_itself()
    {
        var first = Translate("""{"Summary":"x"}""");
        var document = first.Owned.Single();
        var again = Translate("""{"Summary":"x"}""", before: new WrittenVersion(document, first.Composition, first.Owned));

        Assert.DoesNotContain(again.Bundle!.Entry, e => e.Request!.Method == Bundle.HTTPVerb.PATCH);
        Assert.Empty(again.Bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single().RelatesTo);
    }

    [Fact]
    public void A_late_older_summary_writes_nothing_that_is_current()
    {
        var late = Translate("""{"Medications":{"Current Medications":[{"Name":"Iron"}]}}""", isLate: true);

        Assert.Equal(
            ["Device", "Device", "Organization", "DocumentReference", "Provenance"],
            late.Bundle!.Entry.Select(e => e.Resource!.TypeName));
        Assert.Equal(
            DocumentReferenceStatus.Superseded, late.Bundle.Entry.Select(e => e.Resource).OfType<DocumentReference>().Single().Status);
        Assert.Equal("DocumentReference", Assert.Single(late.Owned).ResourceType);
    }

    [Fact]
    public void Lineage_names_the_field_and_the_reason_of_an_element_in_the_bundle()
    {
        var translation = Translate("""{"Medications":{"Current Medications":[{"Name":"Iron","Duration":"a year"}]}}""");

        var name = Assert.Single(
            translation.Lineage, l => l.Target.EndsWith("medication.ofType(CodeableConcept).text", StringComparison.Ordinal));
        Assert.Equal("/intakeSummary/Medications/Current Medications/0/Name", name.Source);
        Assert.Contains("no RxNorm code is guessed", name.Rule, StringComparison.Ordinal);
        Assert.Contains(
            translation.Lineage, l => l.Target.EndsWith("resource.subject", StringComparison.Ordinal) && l.Source == "/appointmentId");
    }
}
