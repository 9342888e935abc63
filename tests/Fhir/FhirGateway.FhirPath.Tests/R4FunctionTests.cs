using System.Text;
using System.Text.Json;
using FhirGateway.Validation;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.FhirPath.Tests;

/// <summary>What FHIR R4 adds to FHIRPath (http://hl7.org/fhir/R4/fhirpath.html, §2.9.1.3), one by one.</summary>
public sealed class R4FunctionTests
{
    private const string Gender = "http://hl7.org/fhir/administrative-gender";

    private static readonly FhirNode Patient = Resources.Node("""
        {"resourceType":"Patient","id":"p","contained":[{"resourceType":"Organization","id":"o","name":"Acme"}],
         "modifierExtension":[{"url":"http://x/known","valueString":"a"}],
         "text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>a</div>"},
         "name":[{"family":"Chalmers","given":["Peter"],"_given":[{"extension":[{"url":"http://x/e","valueString":"b"}]}]}],
         "gender":"male","birthDate":"1974-12-25","deceasedBoolean":false,"managingOrganization":{"reference":"#o"},
         "_active":{"extension":[{"url":"http://x/e","valueString":"b"}]},
         "maritalStatus":{"coding":[{"system":"urn:cs","code":"dog"},{"system":"urn:other","code":"x"}]},
         "communication":[{"language":{"coding":[{"system":"urn:cs","code":"animal"}]}},{"language":{"coding":[{"system":"urn:cs",
         "code":"plant"}]}},{"language":{"coding":[{"system":"urn:third","code":"x"}]}},{"language":{"text":"none"}}]}
        """);

    [Theory]
    [InlineData("name.given.extension('http://x/e').value", "b")]
    [InlineData("name.given.hasValue()", true)]
    [InlineData("active.hasValue()", false)]
    [InlineData("gender.getValue() is System.String", true)]
    [InlineData("managingOrganization.resolve().name", "Acme")]
    [InlineData("deceased.ofType(boolean)", false)]
    [InlineData("text.div.htmlChecks()", true)]
    [InlineData("checkModifiers('http://x/known').id", "p")]
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", true)]
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Observation')", false)]
    [InlineData("%sct", "http://snomed.info/sct")]
    [InlineData("%loinc", "http://loinc.org")]
    [InlineData("%ucum", "http://unitsofmeasure.org")]
    [InlineData("%`vs-administrative-gender`", "http://hl7.org/fhir/ValueSet/administrative-gender")]
    [InlineData("%'ext-patient-birthTime'", "http://hl7.org/fhir/StructureDefinition/patient-birthTime")]
    [InlineData("contained.select(%resource.id)", "p")]
    [InlineData("name.select(%context.id)", "p")]
    [InlineData("contained.select(%rootResource.id)", "p")]
    public void A_function_or_constant_gives_what_R4_says(string expression, object expected) =>
        Assert.Equal(expected, Assert.Single(Patient.Evaluate(expression)).Value);

    [Theory]
    [InlineData("checkModifiers('http://x/other')", "The modifier extension http://x/known is not understood here")]
    [InlineData("conformsTo('http://x/unknown')", "The profile http://x/unknown is not known here")]
    [InlineData(
        "extension.slice('http://x/p', 'race').count() + name.slice('http://x/p', 'x').count()",
        "slice() needs a validator, and the evaluation was given none")]
    [InlineData("gender.subsumes(maritalStatus)", "Codings and CodeableConcepts subsume each other, not FHIR.code")]
    [InlineData("maritalStatus.subsumes(communication[2].language)", "Nothing is known between the codes of urn:cs and urn:third")]
    public void What_can_not_be_told_at_all_is_an_error(string expression, string problem) =>
        Assert.Equal(problem, Assert.Throws<FhirPathException>(() => Patient.Evaluate(expression)).Problem);

    [Theory]
    [InlineData("elementDefinition().path", "Patient")]
    [InlineData("name.elementDefinition().path", "Patient.name")]
    [InlineData("name.elementDefinition().max", "*")]
    [InlineData("name.elementDefinition().type.code", "HumanName")]
    [InlineData("name.given.elementDefinition().path", "HumanName.given")]
    [InlineData("name.given.extension.url.elementDefinition().min", 1)]
    [InlineData("deceased.elementDefinition().path", "Patient.deceased[x]")]
    [InlineData("deceased.elementDefinition().type.code.join(',')", "boolean,dateTime")]
    [InlineData("gender.elementDefinition().binding.strength", "required")]
    [InlineData("gender.elementDefinition().binding.valueSet", "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1")]
    [InlineData("communication.language.elementDefinition().path.distinct()", "Patient.communication.language")]
    [InlineData("contained.elementDefinition().path", "Patient.contained")]
    [InlineData("contained.name.elementDefinition().path", "Organization.name")]
    [InlineData("modifierExtension.elementDefinition().isModifier", true)]
    [InlineData("birthDate.elementDefinition().elementDefinition().path", "ElementDefinition")]
    public void An_elements_definition_is_R4s_where_it_stands(string expression, object expected) =>
        Assert.Equal(expected, Assert.Single(Patient.Evaluate(expression)).Value);

    [Theory]
    [InlineData("(1 | 'a' | name.type() | {}).elementDefinition()")]
    [InlineData("birthDate.toString().elementDefinition()")]
    public void What_is_not_an_element_has_no_definition(string expression) => Assert.Empty(Patient.Evaluate(expression));

    [Fact]
    public void Every_element_of_R4_that_can_be_met_has_its_definition()
    {
        foreach (var element in Patient.Evaluate("descendants()"))
        {
            Assert.Equal("ElementDefinition", Assert.Single(element.Evaluate("elementDefinition()")).Type.Name);
        }

        // A repetition of content defined elsewhere stands at its own place.
        var section = Resources.Node("""{"resourceType":"Composition","section":[{"section":[{"title":"a"}]}]}""");
        Assert.Equal("Composition.section.section", Assert.Single(section.Evaluate("section.section.elementDefinition().path")).Value);
        Assert.Equal("Composition.section.title", Assert.Single(section.Evaluate("section.section.title.elementDefinition().path")).Value);
    }

    [Theory]
    [InlineData("communication[0].language.subsumes(maritalStatus)", true)]
    [InlineData("maritalStatus.subsumedBy(communication[0].language)", true)]
    [InlineData("maritalStatus.subsumes(communication[0].language)", false)]
    [InlineData("maritalStatus.subsumes(maritalStatus)", true)]
    [InlineData("maritalStatus.coding[0].subsumedBy(communication[0].language)", true)]
    [InlineData("maritalStatus.coding[0].subsumes(communication[1].language.coding)", false)]
    [InlineData("maritalStatus.coding[1].subsumes(maritalStatus.coding[1])", true)]
    [InlineData("maritalStatus.subsumes(communication[3].language)", null)]
    [InlineData("maritalStatus.subsumes({})", null)]
    [InlineData("communication[5].language.subsumes(maritalStatus)", null)]
    public void A_code_subsumes_what_lies_below_it(string expression, object? expected)
    {
        var context = new EvaluationContext { Subsumes = Store().Subsumes };
        Assert.Equal(expected, Patient.Evaluate(expression, context) is [var only] ? only.Value : null);
    }

    [Fact]
    public void Without_terminology_the_answer_is_empty_unless_the_codes_are_the_same()
    {
        Assert.Empty(Patient.Evaluate("communication[0].language.subsumes(maritalStatus)"));
        Assert.Equal(true, Assert.Single(Patient.Evaluate("maritalStatus.subsumes(maritalStatus)")).Value);
        Assert.Null(Store().Subsumes("urn:cs", "animal", "unicorn"));
        Assert.Null(Store().Subsumes(Gender, "male", "x"));
    }

    [Theory]
    [InlineData("extension.slice('http://x/p', 'one').count() = 1", true)]
    [InlineData("extension.slice('http://x/p', 'one').value = 'a'", true)]
    [InlineData("extension.slice('http://x/p', 'two').empty()", true)]
    [InlineData("extension.slice('http://x/derived', 'one').count() = 1", true)]
    [InlineData("name.extension.slice('http://x/p', 'one').empty()", true)]
    [InlineData("name.slice('http://x/p', 'one').empty()", true)]
    [InlineData("identifier.slice('http://x/p', 'one').empty()", true)]
    [InlineData("extension.slice('http://x/p', 'two').exists()", false)]
    [InlineData("communication.language.subsumedBy(maritalStatus).exists() and maritalStatus.subsumes(communication.language)", true)]
    public void A_validator_answers_slice_and_subsumes(string expression, bool holds) =>
        Assert.Equal(holds, !Validate(expression).Any(issue => issue.Rule == "own-1"));

    [Theory]
    [InlineData("extension.slice('http://x/p', 'three').empty()", "The slice three of http://x/p is not known here")]
    [InlineData("extension.slice('http://x/none', 'one').empty()", "The slice one of http://x/none is not known here")]
    public void An_unknown_slice_is_said_to_be_unknown(string expression, string problem) =>
        Assert.Contains(Validate(expression), issue => issue.Rule == "own-1" && issue.Text.Contains(problem, StringComparison.Ordinal));

    private static IReadOnlyList<ValidationIssue> Validate(string invariant)
    {
        var definitions = Definitions(
            """
            {"resourceType":"StructureDefinition","url":"http://x/p","name":"P","status":"active","kind":"resource","abstract":false,
            "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
             "differential":{"element":[{"id":"Patient","path":"Patient"},
              {"id":"Patient.extension","path":"Patient.extension","slicing":{"discriminator":[{"type":"value","path":"url"}],
              "rules":"open"}},
              {"id":"Patient.extension:one","path":"Patient.extension","sliceName":"one","min":0,"max":"1"},
              {"id":"Patient.extension:one.url","path":"Patient.extension.url","fixedUri":"http://x/one"},
              {"id":"Patient.extension:two","path":"Patient.extension","sliceName":"two","min":0,"max":"1"},
              {"id":"Patient.extension:two.url","path":"Patient.extension.url","fixedUri":"http://x/two"}]}}
            """,
            """
            {"resourceType":"StructureDefinition","url":"http://x/derived","name":"D","status":"active","kind":"resource","abstract":false,
            "type":"Patient","baseDefinition":"http://x/p","derivation":"constraint",
             "differential":{"element":[{"id":"Patient","path":"Patient"}]}}
            """,
            """
            {"resourceType":"StructureDefinition","url":"http://x/own","name":"O","status":"active","kind":"resource","abstract":false,
            "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
             "differential":{"element":[{"id":"Patient","path":"Patient","constraint":[{"key":"own-1","severity":"error",
             "human":"of the test","expression":INVARIANT}]}]}}
            """.Replace("INVARIANT", JsonSerializer.Serialize(invariant), StringComparison.Ordinal));
        const string Instance = """
            {"resourceType":"Patient","extension":[{"url":"http://x/one","valueString":"a"},{"url":"http://x/other","valueString":"b"}],
             "name":[{"extension":[{"url":"http://x/one","valueString":"c"}],"family":"d"}],"identifier":[{"value":"one"}],
             "maritalStatus":{"coding":[{"system":"urn:cs","code":"animal"}]},"communication":[{"language":{"coding":[{"system":"urn:cs",
             "code":"dog"}]}}]}
            """;
        return new FhirValidator(definitions).Validate(Encoding.UTF8.GetBytes(Instance), ["http://x/own"]).Issues;
    }

    private static TerminologyStore Store() => new(Definitions());

    private static DefinitionSet Definitions(params string[] more)
    {
        var definitions = new DefinitionSet();
        foreach (var json in (string[])[
            """{"resourceType":"CodeSystem","url":"urn:cs","content":"complete","concept":[{"code":"animal","concept":"""
                + """[{"code":"dog"}]},{"code":"plant"}]}""",
            .. more])
        {
            using var document = JsonDocument.Parse(json);
            definitions.Add(document.RootElement);
        }

        return definitions;
    }
}
