using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Definitions that are sent as resources: they are looked at, and may say anything.</summary>
[Collection(WeighedAlone.Name)]
public sealed class DefinitionTests
{
    private static readonly FhirValidator Plain = new();

    [Theory]
    [InlineData("extension")]
    [InlineData("contact")]
    public void A_path_of_twenty_thousand_parts_is_an_error(string part)
    {
        var path = "Patient" + string.Concat(Enumerable.Repeat("." + part, 20_000));
        AssertUnusable($$"""{"id":"a","path":"{{path}}","min":1}""");
    }

    [Fact]
    public void A_slice_of_a_slice_of_twenty_thousand_slices_is_an_error()
    {
        var name = string.Join('/', Enumerable.Repeat("a", 20_000));
        AssertUnusable($$"""{"id":"a","path":"Patient.identifier","sliceName":"{{name}}","min":1}""");
        AssertUnusable($$"""{"id":"a","path":"Patient.identifier","sliceName":"{{name.Replace('/', '.')}}","min":1}""");
    }

    [Fact]
    public void A_definition_that_derives_from_itself_ends_all_the_same()
    {
        var definition = Profile("Patient", """{"id":"Patient.name","path":"Patient.name","min":1}""", "urn:test:self", "urn:test:self");
        Assert.DoesNotContain("Patient:profile-usable(invalid)", Plain.Validate(definition).Errors());
        Assert.Equal(["Patient:profile-usable(exception)"], Validator(definition).Validate("{" + Patient + "}", "urn:test:self").Errors());
    }

    [Fact]
    public void Paths_without_number_are_given_their_ids()
    {
        string Of(int count) =>
            Profile(
                "Patient",
                Many(
                    count,
                    i =>
                        $$"""{"id":"Patient.identifier.extension:e{{i}}","path":"Patient.identifier.extension","sliceName":"e{{i}}"},"""
                            + $$"""{"id":"Patient.identifier.extension:e{{i}}.url","path":"Patient.identifier.extension.url"}"""));
        Assert.DoesNotContain("profile-usable", string.Concat(Plain.Validate(Of(2_000)).Errors()), StringComparison.Ordinal);
        AssertGrowth(Plain, Of(300), Of(600), 2);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("""{"path":1,"type":1,"constraint":[1],"slicing":1,"binding":1}""")]
    [InlineData("""{"path":"Patient.name","type":[{"code":"http://hl7.org/fhirpath/System."}]}""")]
    [InlineData("""{"path":"Patient.name","type":[{"code":"http://hl7.org/fhirpath/System.String","extension":"""
        + """[{"url":"http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type","valueInteger":1}]}]}""")]
    [InlineData("""{"path":"Patient.birthDate","minValueNonsense":1,"maxValueDate":{},"fixedNonsense":[],"pattern":1}""")]
    [InlineData("""{"path":"","sliceName":""}""")]
    [InlineData("""{"path":".","sliceName":":"}""")]
    [InlineData("""{"path":"Patient.","sliceName":"/"}""")]
    [InlineData("""{"path":"Patient..name"}""")]
    [InlineData("""{"path":"Patient:a","slicing":{"discriminator":[{"type":"value","path":"((('"}]}}""")]
    [InlineData("""{"path":"Patient.name","contentReference":""}""")]
    [InlineData("""{"path":"Patient.name","min":99999999999999999999,"max":"99999999999999999999"}""")]
    public void An_element_that_makes_no_sense_does_not_crash(string element)
    {
        // As a resource, and as a profile that is asked for.
        var definition = Profile("Patient", element);
        Assert.False(Plain.Validate(definition).IsValid);
        Validator(definition).Validate("{" + Patient + ",\"birthDate\":\"2020\",\"name\":[{\"family\":\"a\"}]}", "urn:test:profile");
    }

    [Theory]
    [InlineData("(", 60_000)]
    [InlineData("a.", 30_000)]
    [InlineData("-", 60_000)]
    [InlineData("a.where(", 5_000)]
    [InlineData("'", 1_000_001)]
    [InlineData("a or ", 10_000)]
    public void A_hostile_expression_of_a_search_parameter_is_an_error(string part, int times)
    {
        var expression = string.Concat(Enumerable.Repeat(part, times));
        Assert.Contains("SearchParameter:searchparameter-expression(invalid)", Plain.Validate(SearchParameter(expression)).Errors());
    }

    [Theory]
    [InlineData(
        """{"resourceType":"CodeSystem","url":"http://a.example/cs","status":"active","content":"complete","concept":[ITEMS]}""",
        """{"code":"cNUMBER","display":"d"}""")]
    [InlineData(
        """{"resourceType":"ValueSet","status":"active","compose":{"include":[{"system":"http://a.example/cs","concept":[ITEMS]}]}}""",
        """{"code":"cNUMBER"}""")]
    [InlineData(
        """{"resourceType":"ValueSet","status":"active","expansion":{"timestamp":"2020","contains":[ITEMS]}}""",
        """{"system":"http://a.example/cs","code":"cNUMBER"}""")]
    [InlineData(
        """{"resourceType":"ConceptMap","status":"active","group":[{"source":"http://a.example","target":"http://b.example","element":"""
            + """[ITEMS]}]}""",
        """{"code":"cNUMBER","target":[{"code":"cNUMBER","equivalence":"equal"}]}""")]
    [InlineData(
        """{"resourceType":"Questionnaire","status":"active","item":[ITEMS]}""", """{"linkId":"NUMBER","type":"string","text":"a"}""")]
    public void A_definition_of_twenty_thousand_concepts_is_valid(string definition, string item)
    {
        string Of(int count) =>
            definition.Replace(
                "ITEMS", Many(count, i => item.Replace("NUMBER", $"{i}", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(Plain.Validate(Of(20_000)).Errors());
        AssertGrowth(Plain, Of(1_000), Of(2_000), 2);
    }

    private static void AssertUnusable(string element) =>
        Assert.Contains("StructureDefinition:profile-usable(invalid)", Plain.Validate(Profile("Patient", element)).Errors());
}
