using System.Text;
using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Tests.Serialization;

public class FhirJsonReadingTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient","foo":1}""", "structure Patient.foo")]
    [InlineData("""{"resourceType":"Patient","_foo":{}}""", "structure Patient.foo")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"x"},{"famly":"y"}]}""", "structure Patient.name[1].famly")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"value":"1970"}}""", "structure Patient.birthDate.value")]
    [InlineData("""{"resourceType":"Patient","_name":[{"id":"x"}]}""", "structure Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":{"family":"x"}}""", "structure Patient.name")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":[{"text":"x"}]}""", "structure Patient.maritalStatus")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "value Patient.active")]
    [InlineData("""{"resourceType":"Patient","active":{"x":1}}""", "value Patient.active")]
    [InlineData("""{"resourceType":"Patient","birthDate":1970}""", "value Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","birthDate":"30.3.1970"}""", "value Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-03-30\n"}""", "value Patient.birthDate")]
    [InlineData("""{"resourceType":"Patient","multipleBirthInteger":1.5}""", "value Patient.multipleBirthInteger")]
    [InlineData("""{"resourceType":"Patient","id":""}""", "value Patient.id")]
    [InlineData("""{"resourceType":"Patient","id":null}""", "structure Patient.id")]
    [InlineData("""{"resourceType":"Patient","name":[]}""", "structure Patient.name")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", "structure Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","name":[null]}""", "structure Patient.name[0]")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["a",1]}]}""", "value Patient.name[0].given[1]")]
    [InlineData("""{"resourceType":"Patient","id":"1","id":"2"}""", "structure Patient.id")]
    [InlineData("""{"resourceType":"Patient","name":[{"text":"x"}],"name":[{"text":"y"}]}""", "structure Patient.name")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":{"text":"x"},"maritalStatus":{"text":"y"}}""", "structure Patient.maritalStatus")]
    [InlineData("""{"resourceType":"Patient","_id":{"id":"x"},"_id":{"id":"y"}}""", "structure Patient.id")]
    [InlineData("""{"resourceType":"Patient","resourceType":"Patient"}""", "structure Patient.resourceType")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}""", "structure Patient.deceasedDateTime")]
    [InlineData("""{"resourceType":"Patient","deceasedString":"yes"}""", "structure Patient.deceasedString")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Composition","section":[{"foo":1}]}}]}""", "structure Bundle.entry[0].resource.section[0].foo")]
    [InlineData("""{"resourceType":"Bundle","entry":[{"resource":{"id":"1"}}]}""", "structure Bundle.entry[0].resource")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Nonsense"}]}""", "not-supported Patient.contained[0]")]
    public void What_breaks_a_rule_is_reported_with_its_place(string json, string expected)
    {
        Assert.False(FhirJsonDeserializer.TryDeserialize<Resource>(json, out _, out var issues));
        var issue = Assert.Single(issues);
        Assert.Equal(expected, $"{issue.Code} {issue.Location}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"resourceType":"Patient",}""")]
    [InlineData("""{"resourceType":"Patient"} x""")]
    [InlineData("""{"resourceType":"Patient","id":"\ud800"}""")]
    [InlineData("""{"resourceType":5}""")]
    [InlineData("""{"id":"1"}""")]
    public void A_text_that_is_no_resource_is_an_issue_and_not_a_crash(string json)
    {
        var failure = Assert.Throws<FhirJsonException>(() => FhirJsonDeserializer.Deserialize<Resource>(json));
        Assert.NotEmpty(failure.Issues);
    }

    [Fact]
    public void Every_issue_is_listed_and_the_rest_is_still_read()
    {
        const string json = """{"resourceType":"Patient","foo":{"deep":[1,2]},"id":"1","active":"no","name":[{"family":"P","bar":true}]}""";

        Assert.False(FhirJsonDeserializer.TryDeserialize<Patient>(json, out var patient, out var issues));

        Assert.Equal(["Patient.foo", "Patient.active", "Patient.name[0].bar"], issues.Select(issue => issue.Location));
        Assert.Equal("1", patient!.Id);
        Assert.Equal("P", patient.Name[0].Family);
        Assert.Equal(json.IndexOf("{\"deep\"", StringComparison.Ordinal), issues[0].Position);
    }

    [Fact]
    public void An_issue_never_repeats_the_value()
    {
        var failure = Assert.Throws<FhirJsonException>(() => FhirJsonDeserializer.Deserialize<Patient>("""{"resourceType":"Patient","birthDate":"Smith, John"}"""));
        Assert.DoesNotContain("Smith", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_outside_its_value_set_keeps_its_literal()
    {
        var composition = FhirJsonDeserializer.Deserialize<Composition>("""{"resourceType":"Composition","status":"draft"}""");
        Assert.Null(composition.Status);
        Assert.Equal("draft", composition.StatusElement!.ObjectValue);
    }

    [Fact]
    public void Another_resource_than_asked_for_is_an_issue() =>
        Assert.Throws<FhirJsonException>(() => FhirJsonDeserializer.Deserialize<Patient>("""{"resourceType":"Practitioner"}"""));

    [Fact]
    public void A_datatype_can_be_read_by_itself() =>
        Assert.Equal("x", FhirJsonDeserializer.Deserialize<CodeableConcept>("""{"text":"x"}""").Text);

    [Fact]
    public void A_byte_order_mark_and_escaped_names_are_read()
    {
        var json = Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes("""{"resource\u0054ype":"Patient","\u0069d":"1"}""")).ToArray();
        Assert.Equal("1", FhirJsonDeserializer.Deserialize<Patient>(json).Id);
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_an_issue()
    {
        var section = string.Concat(Enumerable.Repeat("""{"section":[""", 200)) + """{"title":"x"}""" + string.Concat(Enumerable.Repeat("]}", 200));
        var json = $$"""{"resourceType":"Composition","section":[{{section}}]}""";

        Assert.False(FhirJsonDeserializer.TryDeserialize<Composition>(json, out _, out var issues));
        Assert.Equal("invalid", Assert.Single(issues).Code);
        Assert.True(FhirJsonDeserializer.TryDeserialize<Composition>(json, out _, out _, maxDepth: 1000));
    }

    [Fact]
    public void A_name_longer_than_any_elements_is_unknown_like_others()
    {
        var name = new string('x', 10_000);
        Assert.False(FhirJsonDeserializer.TryDeserialize<Patient>($$"""{"resourceType":"Patient","{{name}}":1}""", out _, out var issues));
        Assert.Equal("Patient." + name, Assert.Single(issues).Location);
    }
}
