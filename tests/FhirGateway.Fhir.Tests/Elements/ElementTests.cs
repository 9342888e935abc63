using FhirGateway.Fhir.Model;
using Handles = FhirGateway.Fhir.R4;

namespace FhirGateway.Fhir.Tests.Elements;

public class ElementTests
{
    [Fact]
    public void A_handle_has_the_elements_type_and_path()
    {
        Element<FhirDateTime> date = Handles.Composition.Date;
        Element<Instant> documentDate = Handles.DocumentReference.Date;
        Element<Code<CompositionStatus>> status = Handles.Composition.Status;
        Element<FhirString> timing = Handles.MedicationStatement.Dosage.Timing.Code.Text;

        Assert.Equal("Composition.date", date.Path);
        Assert.Equal("DocumentReference.date", documentDate.Path);
        Assert.Equal(typeof(Code<CompositionStatus>), status.ElementType);
        Assert.Equal("MedicationStatement.dosage.timing.code.text", timing.Path);
        Assert.Equal("Composition.section.section.code", Handles.Composition.Section.Section.Code.Path);
        Assert.Equal("MedicationStatement", timing.ResourceType);
    }

    [Fact]
    public void Setting_an_element_makes_what_leads_to_it()
    {
        var statement = new MedicationStatement();

        Handles.MedicationStatement.Dosage.Timing.Code.Text.Set(statement, new FhirString("twice a day"));
        Handles.MedicationStatement.Dosage.Text.Set(statement, new FhirString("one tablet"));

        var dosage = Assert.Single(statement.Dosage);
        Assert.Equal("twice a day", dosage.Timing!.Code!.Text);
        Assert.Equal("one tablet", dosage.Text);
    }

    [Fact]
    public void Setting_a_repeating_element_adds_one()
    {
        var composition = new Composition();

        Assert.True(Handles.Composition.Section.IsRepeating);
        Handles.Composition.Section.Set(composition, new Composition.SectionComponent { Title = "Plan" });
        Handles.Composition.Section.Set(composition, new Composition.SectionComponent { Title = "Assessment" });

        Assert.Equal(["Plan", "Assessment"], composition.Section.Select(section => section.Title));
        Assert.Equal(["Plan", "Assessment"], Handles.Composition.Section.Title.GetAll(composition).Select(title => title.Value));
    }

    [Fact]
    public void Without_an_index_setting_below_a_list_uses_its_last_item()
    {
        var patient = new Patient();
        Handles.Patient.Name.Set(patient, new HumanName { Family = "Peter" });
        Handles.Patient.Name.Set(patient, new HumanName { Family = "Chalmers" });

        Handles.Patient.Name.Text.Set(patient, new FhirString("Ms Chalmers"));

        Assert.Null(patient.Name[0].Text);
        Assert.Equal("Ms Chalmers", patient.Name[1].Text);
    }

    [Fact]
    public void An_index_names_one_item_and_may_add_the_next()
    {
        var statement = new MedicationStatement();

        Handles.MedicationStatement.Dosage[0].Text.Set(statement, new FhirString("morning"));
        Handles.MedicationStatement.Dosage[1].Text.Set(statement, new FhirString("evening"));
        Handles.MedicationStatement.Dosage[0].Text.Set(statement, new FhirString("noon"));

        Assert.Equal(["noon", "evening"], statement.Dosage.Select(dosage => dosage.Text));
        Assert.Equal("MedicationStatement.dosage[1].text", Handles.MedicationStatement.Dosage[1].Text.Path);
        Assert.Equal("evening", Handles.MedicationStatement.Dosage[1].Text.Get(statement)!.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => Handles.MedicationStatement.Dosage[3].Text.Set(statement, new FhirString("never")));
        Assert.Throws<InvalidOperationException>(() => Handles.MedicationStatement.Status[0]);
    }

    [Fact]
    public void A_typed_choice_reads_and_writes_only_its_own_type()
    {
        var statement = new MedicationStatement { Medication = new ResourceReference("Medication/1") };

        Assert.Null(Handles.MedicationStatement.MedicationCodeableConcept.Get(statement));
        Assert.Equal("MedicationStatement.medication.ofType(CodeableConcept).text", Handles.MedicationStatement.MedicationCodeableConcept.Text.Path);

        Handles.MedicationStatement.MedicationCodeableConcept.Text.Set(statement, new FhirString("aspirin"));

        Assert.Equal("aspirin", Assert.IsType<CodeableConcept>(statement.Medication).Text);
    }

    [Fact]
    public void An_absent_element_is_null_and_reading_makes_nothing()
    {
        var composition = new Composition();

        Assert.Null(Handles.Composition.Section.Code.Text.Get(composition));
        Assert.Empty(composition.Section);
        Assert.Null(composition.Type);
    }

    [Fact]
    public void A_handle_used_on_another_type_of_resource_is_an_error() =>
        Assert.Throws<ArgumentException>(() => Handles.Composition.Title.Get(new Patient()));
}
