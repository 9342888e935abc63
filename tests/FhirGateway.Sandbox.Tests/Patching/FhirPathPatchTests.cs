using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Patching;

namespace FhirGateway.Sandbox.Tests.Patching;

public sealed class FhirPathPatchTests
{
    private const string Patient = """
        {"resourceType":"Patient","id":"p","identifier":[{"system":"urn:a","value":"1"},{"system":"urn:b","value":"2"}],
         "name":[{"given":["A","B"],"_given":[null,{"id":"b"}]}],"birthDate":"1980","_birthDate":{"id":"d"}}
        """;

    [Fact]
    public void Paths_may_have_conditions_and_indexes()
    {
        Assert.Equal(
            "3",
            (string?)Apply(Operation(
                "replace", "Patient.identifier.where(system='urn:b').value",
                ",{\"name\":\"value\",\"valueString\":\"3\"}"))["identifier"]![1]!["value"]);
        Assert.Equal(
            "C",
            (string?)Apply(
                Operation("replace", "Patient.name[0].given[1]", ",{\"name\":\"value\",\"valueString\":\"C\"}"))["name"]![0]!["given"]![1]);
        Assert.Single(Apply(Operation("delete", "Patient.identifier.where(system='urn:a')"))["identifier"]!.AsArray());
    }

    [Fact]
    public void A_primitive_takes_its_extensions_with_it()
    {
        var deleted = Apply(Operation("delete", "Patient.birthDate"));
        Assert.False(deleted.ContainsKey("birthDate"));
        Assert.False(deleted.ContainsKey("_birthDate"));
        var moved = Apply(Operation(
            "move", "Patient.name[0].given",
            ",{\"name\":\"source\",\"valueInteger\":1},{\"name\":\"destination\",\"valueInteger\":0}"))["name"]![0]!;
        Assert.Equal("""["B","A"]""", moved["given"]!.ToJsonString());
        Assert.Equal("""[{"id":"b"},null]""", moved["_given"]!.ToJsonString());
        var inserted = Apply(Operation(
            "insert", "Patient.name[0].given",
            ",{\"name\":\"index\",\"valueInteger\":0},{\"name\":\"value\",\"valueString\":\"Z\"}"))["name"]![0]!;
        Assert.Equal("""["Z","A","B"]""", inserted["given"]!.ToJsonString());
        Assert.Equal("""[null,null,{"id":"b"}]""", inserted["_given"]!.ToJsonString());
    }

    [Fact]
    public void The_last_item_deleted_leaves_no_empty_list()
    {
        var patched = Apply(Operation("delete", "Patient.name[0]"));
        Assert.False(patched.ContainsKey("name"));
    }

    [Fact]
    public void An_extension_can_be_added_to_a_primitive()
    {
        var patched = Apply(Operation(
            "add", "Patient.birthDate",
            ",{\"name\":\"name\",\"valueString\":\"extension\"},{\"name\":\"value\",\"part\":[{\"name\":\"url\",\"valueUri\":\"urn:x\"}"
                + ",{\"name\":\"value\",\"valueString\":\"y\"}]}"));
        Assert.Equal("""{"id":"d","extension":[{"url":"urn:x","valueString":"y"}]}""", patched["_birthDate"]!.ToJsonString());
        Assert.Equal("1980", (string?)patched["birthDate"]);
    }

    [Fact]
    public void The_resource_given_is_not_changed()
    {
        using var document = JsonDocument.Parse(Patient);
        FhirPathPatch.Apply(document.RootElement, Operation("delete", "Patient.birthDate"));
        Assert.True(document.RootElement.TryGetProperty("birthDate", out _));
    }

    [Theory]
    [InlineData("nonsense", "Patient.birthDate", "")]
    [InlineData("delete", "Patient.identifier", "")]
    [InlineData("delete", "Patient", "")]
    [InlineData("delete", "Patient.where(", "")]
    [InlineData("replace", "Patient.gender", ",{\"name\":\"value\",\"valueCode\":\"male\"}")]
    [InlineData("replace", "Patient.birthDate", "")]
    [InlineData("add", "Patient", ",{\"name\":\"name\",\"valueString\":\"nonsense\"},{\"name\":\"value\",\"valueString\":\"x\"}")]
    [InlineData("add", "Patient", ",{\"name\":\"name\",\"valueString\":\"deceased\"},{\"name\":\"value\",\"valueString\":\"x\"}")]
    [InlineData("insert", "Patient.birthDate", ",{\"name\":\"index\",\"valueInteger\":0},{\"name\":\"value\",\"valueDate\":\"1980\"}")]
    [InlineData("move", "Patient.identifier", ",{\"name\":\"source\",\"valueInteger\":0},{\"name\":\"destination\",\"valueInteger\":2}")]
    public void What_can_not_be_applied_is_refused(string type, string path, string more)
    {
        Assert.Throws<FhirPathPatchException>(() => Apply(Operation(type, path, more)));
    }

    private static JsonObject Apply(JsonObject patch)
    {
        using var document = JsonDocument.Parse(Patient);
        return FhirPathPatch.Apply(document.RootElement.Clone(), patch);
    }

    private static JsonObject Operation(string type, string path, string more = "") => JsonNode.Parse(
        $$$"""{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"{{{type}}}"},"""
            + $$$"""{"name":"path","valueString":"{{{path}}}"}{{{more}}}]}]}""")!.AsObject();
}
