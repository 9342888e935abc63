using System.Linq.Expressions;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Tests;

/// <summary>How a lambda over the SDK's properties becomes a target. (The properties are nullable: the lambdas are never run.)</summary>
public sealed class TargetTests
{
    private static readonly RuleName Rule = new("ExampleMapping", "Field(\"Dose\")");

    [Fact]
    public void A_choice_that_is_cast_is_named_by_its_FHIR_type()
    {
        var path = PathOf<MedicationStatement, string>(m => ((CodeableConcept)m.Medication!).Text);

        Assert.Equal(("MedicationStatement", "medicationCodeableConcept.text"), (path.ResourceType, path.Path));
        Assert.Equal("MedicationStatement.medication.ofType(CodeableConcept).text", path.ToString());
    }

    [Fact]
    public void A_path_has_FHIRs_names_and_no_index()
    {
        Assert.Equal(
            "MedicationStatement.dosage.timing.code.text", PathOf<MedicationStatement,
            string>(m => m.Dosage[0].Timing!.Code!.Text).ToString());
        Assert.Equal("MedicationStatement.dateAsserted", PathOf<MedicationStatement, string>(m => m.DateAsserted).ToString());
        Assert.Equal("MedicationStatement.dateAsserted", PathOf<MedicationStatement, FhirDateTime>(m => m.DateAssertedElement).ToString());
        Assert.Equal("Composition.status", PathOf<Composition, CompositionStatus?>(c => c.Status).ToString());
        Assert.Equal("Encounter.class", PathOf<Encounter, Coding>(e => e.Class).ToString());
        Assert.Equal("Observation.valueString", PathOf<Observation, FhirString>(o => (FhirString)o.Value!).ResourceType + "." +
            PathOf<Observation, FhirString>(o => (FhirString)o.Value!).Path);
    }

    [Fact]
    public void A_setter_makes_what_is_missing_on_the_way_and_uses_what_is_there()
    {
        var statement = new MedicationStatement();

        Set(statement, m => m.Dosage[0].Timing!.Code!.Text, "daily");
        Set(statement, m => m.Dosage[0].Text, "one tablet");
        Set(statement, m => ((CodeableConcept)m.Medication!).Text, "Iron");

        var dosage = Assert.Single(statement.Dosage);
        Assert.Equal(("daily", "one tablet"), (dosage.Timing!.Code!.Text, dosage.Text));
        Assert.Equal("Iron", ((CodeableConcept)statement.Medication!).Text);
    }

    [Fact]
    public void A_choice_of_another_type_is_replaced()
    {
        var statement = new MedicationStatement { Medication = new ResourceReference("Medication/1") };

        Set(statement, m => ((CodeableConcept)m.Medication!).Text, "Iron");

        Assert.Equal("Iron", Assert.IsType<CodeableConcept>(statement.Medication).Text);
    }

    [Fact]
    public void A_list_gets_one_more_item_and_its_first_item_is_set_in_place()
    {
        var statement = new MedicationStatement();

        Target<Annotation>.Of(
            Lambda<MedicationStatement, List<Annotation>>(m => m.Note), Rule).Set(statement, new Annotation { Text = "a" });
        Target<Annotation>.Of(
            Lambda<MedicationStatement, List<Annotation>>(m => m.Note), Rule).Set(statement, new Annotation { Text = "b" });
        Target<Annotation>.Of(Lambda<MedicationStatement, Annotation>(m => m.Note[0]), Rule).Set(statement, new Annotation { Text = "c" });

        Assert.Equal(["c", "b"], statement.Note.Select(note => note.Text));
    }

    [Fact]
    public void A_lambda_that_is_not_a_path_is_refused_with_the_class_the_rule_and_the_reason()
    {
        var index = 1;
        Refused<MedicationStatement, string>(m => m.Dosage[0].Text!.Trim(), "is not a path of the SDK's properties");
        Refused<MedicationStatement, string>(m => m.Dosage[0].Text + "!", "is not a path of the SDK's properties");
        Refused<MedicationStatement, string>(m => m.TypeName, "has the property TypeName, which is not a FHIR element");
        Refused<MedicationStatement, string>(m => m.Dosage[1].Text, "has another index than [0]");
        Refused<MedicationStatement, string>(m => m.Dosage[index].Text, "has another index than [0]");
        Refused<MedicationStatement, MedicationStatement>(m => m, "is not a path of the SDK's properties");
        Refused<MedicationStatement, int>(m => m.Dosage.Count, "goes through the list Dosage without [0]");
        Refused<MedicationStatement, DataType>(m => m.Medication, "may be of several types, without a cast");
        Refused<DocumentReference, long?>(d => d.Content[0].Attachment!.Size, "whose type differs between FHIR's releases");
        Refused<DocumentReference, DateTimeOffset?>(d => d.Date, "DateElement keeps it");
        Refused<MedicationStatement, string>(m => Elsewhere.Title, "is not a path of the SDK's properties");
    }

    [Fact]
    public void A_refusal_shows_the_target_as_it_is_written()
    {
        var refused = Assert.Throws<MappingException>(() => PathOf<MedicationStatement, string>(m => m.Dosage[0].Text!.Trim()));

        Assert.Equal(
            "ExampleMapping: the rule Field(\"Dose\") is refused, because its target m => m.Dosage[0].Text.Trim() is not a path of the "
                + "SDK's properties.",
            refused.Message);
    }

    [Fact]
    public void Words_of_a_mapping_that_cannot_be_are_refused_when_it_is_made()
    {
        Assert.Equal(
            "VerbatimCode: the rule Field(\"language\") is refused, because its target c => c.Language is a code, which not every text "
                + "can be: As says how it is read.",
            Assert.Throws<MappingException>(() => new VerbatimCode()).Message);
        Assert.Equal(
            "NoSuchMap: the rule Codes(\"absent\") is refused, because the folder's conceptmaps are none.",
            Assert.Throws<MappingException>(() => new NoSuchMap()).Message);
        Assert.Equal(
            "SilentPhrase: the rule Phrase(\"\") is refused, because an empty phrase must say what a reader is shown instead.",
            Assert.Throws<MappingException>(() => new SilentPhrase()).Message);
        Assert.Equal(
            "LateCodes: the rule SectionsCodedBy is refused, because it must come before the first rule.",
            Assert.Throws<MappingException>(() => new LateCodes()).Message);
    }

    [Fact]
    public void A_code_map_that_leads_to_a_code_the_enum_lacks_is_refused_when_the_reader_is_made()
    {
        var map =
            CodeMap.Parse("""{"id":"m","group":[{"source":"a","target":"b","element":[{"code":"x","target":[{"code":"outdated","equivalence":"equal"}]}]}]}"""u8);

        Assert.Equal(
            "The concept map m can't be read as DocumentReferenceStatus, because that has no code outdated.",
            Assert.Throws<MappingException>(() => Read.CodeOf<DocumentReferenceStatus>(map)).Message);
    }

    private static Composition Elsewhere { get; } = new();

    private static TargetPath PathOf<TResource, TValue>(Expression<Func<TResource, TValue?>> lambda) => TargetReading.Of(lambda, Rule).Path;

    private static Expression<Func<TResource, TValue?>> Lambda<TResource, TValue>(Expression<Func<TResource, TValue?>> lambda) => lambda;

    private static void Set<TResource>(TResource resource, Expression<Func<TResource, string?>> lambda, string value)
        where TResource : Resource => Target<string>.Of(lambda, Rule).Set(resource, value);

    private static void Refused<TResource, TValue>(Expression<Func<TResource, TValue?>> lambda, string why)
    {
        var message = Assert.Throws<MappingException>(() => TargetReading.Of(lambda, Rule)).Message;
        Assert.StartsWith("ExampleMapping: the rule Field(\"Dose\") is refused, because its target ", message, StringComparison.Ordinal);
        Assert.Contains(why, message, StringComparison.Ordinal);
    }

    private sealed class VerbatimCode : DocumentMapping
    {
        public VerbatimCode() => Field("language").To((Composition c) => c.Language);
    }

    private sealed class NoSuchMap : DocumentMapping
    {
        public NoSuchMap() => Codes("absent");
    }

    private sealed class SilentPhrase : DocumentMapping
    {
        public SilentPhrase() => Phrase("").MeansAbsent(EmptyReason.NotAsked);
    }

    private sealed class LateCodes : DocumentMapping
    {
        public LateCodes()
        {
            Always((Composition c) => c.Title, "A note");
            SectionsCodedBy("m", CodeMap.Parse("""{"id":"m"}"""u8));
        }
    }
}
