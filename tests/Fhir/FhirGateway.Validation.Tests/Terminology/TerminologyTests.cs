using System.Text.Json;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Tests.Terminology;

public sealed class TerminologyTests
{
    private const string Animals = """
        {"resourceType":"CodeSystem","url":"urn:cs","content":"complete","caseSensitive":true,"property":[{"code":"legs","type":"integer"}],
         "concept":[{"code":"animal","display":"Animal","concept":[{"code":"dog","display":"Dog","property":[{"code":"legs",
         "valueInteger":4}],"concept":[{"code":"puppy"}]},{"code":"bird","property":[{"code":"legs","valueInteger":2}]}]},{"code":"plant"}]}
        """;

    [Theory]
    [InlineData("http://hl7.org/fhir/ValueSet/administrative-gender", "http://hl7.org/fhir/administrative-gender", "male", Membership.Yes)]
    [InlineData("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", null, "male", Membership.Yes)]
    [InlineData("http://hl7.org/fhir/ValueSet/administrative-gender", null, "man", Membership.No)]
    [InlineData("http://hl7.org/fhir/ValueSet/administrative-gender", "http://loinc.org", "male", Membership.No)]
    [InlineData("http://hl7.org/fhir/ValueSet/observation-codes", "http://loinc.org", "1-8", Membership.Unknown)]
    [InlineData(
        "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB",
        Membership.Yes)]
    [InlineData("http://terminology.hl7.org/ValueSet/v2-0001", "http://terminology.hl7.org/CodeSystem/v2-0001", "F", Membership.Yes)]
    [InlineData("http://hl7.org/fhir/ValueSet/ucum-units", "http://unitsofmeasure.org", "mg/dL", Membership.Yes)]
    [InlineData("http://hl7.org/fhir/ValueSet/ucum-units", "http://unitsofmeasure.org", "furlongs", Membership.No)]
    [InlineData("http://hl7.org/fhir/ValueSet/mimetypes", null, "text/plain", Membership.Yes)]
    [InlineData("urn:nothing", null, "x", Membership.Unknown)]
    public void R4s_value_sets_are_answered_or_said_to_be_unanswerable(string valueSet, string? system, string code, Membership expected) =>
        Assert.Equal(expected, new TerminologyStore(new DefinitionSet()).CheckValueSet(valueSet, system, code).Membership);

    [Theory]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"concept","op":"is-a","value":"dog"}]}""", "dog puppy")]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"concept","op":"descendent-of","value":"animal"}]}""", "dog puppy bird")]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"legs","op":"=","value":"2"}]}""", "bird")]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"code","op":"regex","value":"p.*"}]}""", "puppy plant")]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"code","op":"regex","value":"d|dog|p"}]}""", "dog")]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"legs","op":"exists","value":"true"}]}""", "dog bird")]
    [InlineData("""{"system":"urn:cs","concept":[{"code":"plant"},{"code":"dog"}]}""", "plant dog")]
    [InlineData("""{"system":"urn:cs"}""", "animal dog puppy bird plant")]
    [InlineData("""{"valueSet":["urn:dogs"]}""", "dog puppy")]
    [InlineData("""{"system":"urn:cs","filter":[{"property":"legs","op":"exists","value":"true"}],"valueSet":["urn:dogs"]}""", "dog")]
    public void An_include_expands_to_its_codes(string include, string codes)
    {
        var store = Store(
            Animals, ValueSet("urn:dogs", """{"system":"urn:cs","filter":[{"property":"concept","op":"is-a","value":"dog"}]}"""),
            ValueSet("urn:vs", include));
        var expansion = store.Expand("urn:vs");
        Assert.Equal(codes.Split(' '), expansion.Codes.Select(code => code.Code));
        Assert.Empty(expansion.Missing);
    }

    [Fact]
    public void Excluded_codes_are_out()
    {
        var store = Store(
            Animals,
            ValueSet(
                "urn:vs", """{"system":"urn:cs"}""",
                """{"system":"urn:cs","filter":[{"property":"concept","op":"is-a","value":"animal"}]}"""));
        Assert.Equal(["plant"], store.Expand("urn:vs").Codes.Select(code => code.Code));
    }

    [Fact]
    public void Value_sets_that_include_each_other_are_unknown_not_a_loop()
    {
        var store = Store(ValueSet("urn:a", """{"valueSet":["urn:b"]}"""), ValueSet("urn:b", """{"valueSet":["urn:a"]}"""));
        Assert.Equal(Membership.Unknown, store.CheckValueSet("urn:a", "urn:cs", "x").Membership);
        Assert.NotEmpty(store.Expand("urn:a").Missing);
    }

    [Fact]
    public void Concepts_that_are_their_own_ancestors_end_all_the_same()
    {
        var store = Store("""{"resourceType":"CodeSystem","url":"urn:cs","content":"complete","concept":[{"code":"a","property":"""
            + """[{"code":"parent","valueCode":"b"}]},{"code":"b","property":[{"code":"parent","valueCode":"a"}]}]}""");
        Assert.False(store.System("urn:cs")!.IsA("a", "c"));
        Assert.True(store.System("urn:cs")!.IsA("a", "b"));
    }

    [Fact]
    public void What_could_not_be_listed_is_said()
    {
        var expansion = Store(ValueSet("urn:vs", """{"system":"http://snomed.info/sct"}""")).Expand("urn:vs");
        Assert.Empty(expansion.Codes);
        Assert.Contains("http://snomed.info/sct", Assert.Single(expansion.Missing), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b", "equivalent:B")]
    [InlineData("w", "wider:W wider:V")]
    [InlineData("none", "unmatched:")]
    [InlineData("other", "inexact:U")]
    public void A_map_translates_with_its_equivalence(string code, string expected)
    {
        var map = Map("urn:map", """{"mode":"fixed","code":"U"}""");
        Assert.Equal(
            expected,
            string.Join(' ', Translator(map).Translate("urn:map", "urn:from", code).Select(match => $"{match.Equivalence}:{match.Code}")));
    }

    [Fact]
    public void What_a_map_does_not_list_is_provided_as_it_is_or_left_to_another_map()
    {
        Assert.Equal(
            "other", Assert.Single(Translator(Map("urn:map", """{"mode":"provided"}""")).Translate("urn:map", "urn:from", "other")).Code);
        Assert.Equal(
            "U",
            Assert.Single(Translator(
                Map("urn:map", """{"mode":"other-map","url":"urn:more"}"""),
                Map("urn:more", """{"mode":"fixed","code":"U"}""")).Translate("urn:map", "urn:from", "other")).Code);
        Assert.Empty(Translator(Map("urn:map", """{"mode":"other-map","url":"urn:map"}""")).Translate("urn:map", "urn:from", "other"));
        Assert.Throws<KeyNotFoundException>(() => Translator().Translate("urn:map", null, "x"));
    }

    private static string Map(string url, string unmapped) => """
        {"resourceType":"ConceptMap","url":"URL","group":[{"source":"urn:from","target":"urn:to","unmapped":UNMAPPED,"element":[
         {"code":"b","target":[{"code":"B","equivalence":"equivalent"}]},{"code":"w","target":[{"code":"W","equivalence":"wider"},
         {"code":"V","equivalence":"wider"}]},{"code":"none","target":[{"equivalence":"unmatched"}]}]}]}
        """.Replace("URL", url, StringComparison.Ordinal).Replace("UNMAPPED", unmapped, StringComparison.Ordinal);

    private static string ValueSet(string url, string include, string? exclude = null) =>
        "{\"resourceType\":\"ValueSet\",\"url\":\"" + url + "\",\"compose\":{\"include\":[" + include + "]" + (
            exclude is null ? "" : ",\"exclude\":[" + exclude + "]") + "}}";

    private static ConceptMapTranslator Translator(params string[] maps) => new(Definitions(maps));

    private static TerminologyStore Store(params string[] resources) => new(Definitions(resources));

    private static DefinitionSet Definitions(string[] resources)
    {
        var definitions = new DefinitionSet();
        foreach (var resource in resources)
        {
            using var json = JsonDocument.Parse(resource);
            definitions.Add(json.RootElement);
        }

        return definitions;
    }
}
