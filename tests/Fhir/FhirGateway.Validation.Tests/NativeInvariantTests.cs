using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests;

/// <summary>Invariants that are written out answer as their FHIRPath does.</summary>
[Collection(WeighedAlone.Name)]
public sealed class NativeInvariantTests
{
    private static readonly FhirValidator Validator = new();

    [Theory]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}],"link":[{"other":{"reference":"#a"}"""
        + ""","type":"seealso"}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}],"link":[{"other":{"reference":"#b"}"""
        + ""","type":"seealso"}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}],"name":[{"text":"#a"}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}],"implicitRules":"#a"}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient"}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a","link":[{"other":{"reference":"#"}"""
        + ""","type":"seealso"}]}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a","link":[{"other":{"reference":"#b"}"""
        + ""","type":"seealso"}]},{"resourceType":"Patient","id":"b","link":[{"other":{"reference":"#a"},"type":"seealso"}]}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a","link":[{"other":{"reference":"#b"}"""
        + ""","type":"seealso"}]},{"resourceType":"Patient","id":"b"}]}""")]
    [InlineData("""{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"#a","contained":"""
        + """[{"resourceType":"Questionnaire","id":"a","status":"active"}]}""")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://a.example","valueUrl":"#a"}],"contained":"""
        + """[{"resourceType":"Patient","id":"a"}]}""")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://a.example","valueOid":"#a"}],"contained":"""
        + """[{"resourceType":"Patient","id":"a"}]}""")]
    public void What_is_contained_is_referred_to(string json) => AssertAgree("Patient", "dom-3", json, resource => resource);

    [Theory]
    [InlineData("""[{"path":"Patient"},{"path":"Patient.name"}]""")]
    [InlineData("""[{"path":"Patient"}]""")]
    [InlineData("""[{"path":"Patient.name"},{"path":"Patient.contact"}]""")]
    [InlineData("""[{"path":"Patient.name"},{"path":"Patient.name.family"}]""")]
    [InlineData("""[{"path":"Patient"},{"path":"Person.name"}]""")]
    [InlineData("""[{"path":"Patient"},{"path":"Patient"}]""")]
    [InlineData("""[{"path":"Patient"},{"id":"a"}]""")]
    [InlineData("""[{"id":"a"},{"path":"Patient.name"}]""")]
    [InlineData("""[{"path":"Patients"},{"path":"Patients.name"}]""")]
    [InlineData("""[{"path":"Person"}]""")]
    public void Paths_begin_with_the_type(string elements)
    {
        foreach (var kind in (string[])["resource", "logical"])
        {
            var json = $$$"""{"resourceType":"StructureDefinition","kind":"{{{kind}}}","type":"Patient","snapshot":"""
                + $$$"""{"element":{{{elements}}}},"differential":{"element":{{{elements}}}}}""";
            AssertAgree("StructureDefinition.snapshot", "sdf-8", json, resource => resource.Children("snapshot")[0]);
            AssertAgree("StructureDefinition.differential", "sdf-8a", json, resource => resource.Children("differential")[0]);
        }
    }

    [Fact]
    public void A_definition_of_many_elements_takes_no_more_than_its_share()
    {
        string Definition(int count) =>
            Profile(
                "Patient", Many(count, i => $$"""{"id":"Patient.identifier:s{{i}}","path":"Patient.identifier","sliceName":"s{{i}}"}"""));
        AssertGrowth(Validator, Definition(300), Definition(600), 2);
    }

    [Fact]
    public void Many_contained_resources_take_no_more_than_their_share()
    {
        string Contained(int count) =>
            $"{{{Patient},\"contained\":[{Many(count, i => "{" + Patient + ",\"id\":\"c" + i + "\"}")}],\"link\":"
                + $"[{Many(count, i => "{\"other\":{\"reference\":\"#c" + i + "\"},\"type\":\"seealso\"}")}]}}";
        Assert.Empty(Validator.Validate(Contained(2_000)).Issues);
        AssertGrowth(Validator, Contained(300), Contained(600), 2);
    }

    private static void AssertAgree(string path, string key, string json, Func<FhirNode, FhirNode> focus)
    {
        var definition = R4Types.Type(path.Split('.')[0])!.Element(path)!;
        var expression = FhirPathExpression.Compile(Assert.Single(definition.Constraints, constraint => constraint.Key == key).Expression!);
        using var document = JsonDocument.Parse(json);
        var holds = expression.IsTrue(focus(FhirNode.Of(document.RootElement)), EvaluationContext.Search) == true;
        Assert.Equal(!holds, Validator.Validate(document.RootElement).Issues.Any(issue => issue.Rule == key));
    }
}
