using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests.Findings;

/// <summary>What a rule demands, in words that a log or a console may show: they quote nothing of the resource.</summary>
public sealed class DemandTests
{
    private const string Secret = "Mrs Secret";
    private const string Sliced = """ "slicing":{"discriminator":[{"type":"value","path":"$this"}],"rules":"RULES"} """;

    public static TheoryData<string, string, string, string> Rules { get; } = new()
    {
        { "Basic.subject", """ "min":1 """, "{}", "Basic.subject is missing: at least 1 must be given." },
        {
            "Basic.identifier", """ "min":2 """, """{"identifier":[{"value":"Mrs Secret"}]}""",
            "Basic.identifier is given once, but at least 2 must be."
        },
        {
            "Basic.identifier", """ "max":"1" """, """{"identifier":[{"value":"Mrs Secret"},{"value":"1"}]}""",
            "Basic.identifier is given 2 times, but at most 1 may be."
        },
        {
            "Basic.author", """ "max":"0" """, """{"author":{"display":"Mrs Secret"}}""",
            "Basic.author is not allowed here: remove it."
        },
        {
            "Basic.language", """ "binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/days-of-week"} """,
            """{"language":"de"}""",
            "Basic.language: the code is not in the value set DaysOfWeek (http://hl7.org/fhir/ValueSet/days-of-week); "
                + "the code must come from it."
        },
        {
            "Basic.created", """ "fixedDate":"2026-01-02" """, """{"created":"2025-03-04"}""",
            "Basic.created: The value must be '2026-01-02'."
        },
        {
            "Basic.code", """ "patternCodeableConcept":{"text":"note"} """, """{"code":{"text":"Mrs Secret"}}""",
            "Basic.code: The value must hold {\"text\":\"note\"}."
        },
        {
            "Basic.created", """ "maxValueDate":"2026-01-02" """, """{"created":"2027-03-04"}""",
            "Basic.created: the value is above the most allowed, '2026-01-02'."
        },
        {
            "Basic.code.text", """ "maxLength":4 """, """{"code":{"text":"Mrs Secret"}}""",
            "Basic.code.text: The text is 10 characters long, but at most 4 are allowed."
        },
        {
            "Basic.author", """ "type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Patient"]}] """,
            """{"author":{"reference":"Practitioner/secret"}}""", "Basic.author: the reference must point at Patient."
        },
        {
            "Basic", """ "constraint":[{"key":"b-1","severity":"error","human":"somebody wrote it","expression":"author.exists()"}] """,
            "{}", "Basic: somebody wrote it."
        },
        {
            "Observation.value[x]", """ "type":[{"code":"Quantity"}] """,
            """{"status":"final","code":{"text":"a"},"valueString":"Mrs Secret"}""",
            "Observation.value: The value is a string, but only Quantity is allowed here."
        },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_says_which_element_and_what_it_demands(string path, string rule, string resource, string expected)
    {
        var issue = Assert.Single(Errors(resource, (path, rule)));

        Assert.Equal(expected, issue.ToDemand());
    }

    [Theory]
    [InlineData("open", """ "sliceName":"a","min":1,"patternIdentifier":{"system":"urn:a"} """,
        "Basic.identifier has no a, but at least 1 must be given.")]
    [InlineData("open", """ "sliceName":"b","max":"0","patternIdentifier":{"system":"urn:b"} """,
        "Basic.identifier must have no b: remove it.")]
    [InlineData("closed", """ "sliceName":"a","patternIdentifier":{"system":"urn:a"} """,
        "Basic.identifier[0]: This identifier is in none of the slices a, and the profile allows no other.")]
    public void A_slice_is_named(string rules, string slice, string expected)
    {
        var issue = Assert.Single(Errors(
            """{"identifier":[{"system":"urn:b","value":"Mrs Secret"}]}""",
            ("Basic.identifier", Sliced.Replace("RULES", rules, StringComparison.Ordinal)),
            ("Basic.identifier", slice)));

        Assert.Equal(expected, issue.ToDemand());
    }

    [Theory]
    [InlineData("gender", "\"Mrs Secret\"")]
    [InlineData("birthDate", "\"Mrs Secret\"")]
    [InlineData("Mrs Secret", "1")]
    [InlineData("managingOrganization", """{"reference":"Mrs Secret"}""")]
    [InlineData("managingOrganization", """{"reference":"Mrs Secret/1","type":"Mrs Secret"}""")]
    [InlineData("maritalStatus", """{"coding":[{"system":"http://hl7.org/fhir/administrative-gender","code":"Mrs Secret"}]}""")]
    [InlineData("link", """[{"other":{"reference":"#Mrs Secret"},"type":"seealso"}]""")]
    public void Nothing_of_the_resource_is_quoted(string element, string value)
    {
        var resource = new JsonObject { ["resourceType"] = "Patient", [element] = JsonNode.Parse(value) };
        var issues = Of(new FhirValidator().Validate(Encoding.UTF8.GetBytes(resource.ToJsonString())));

        Assert.NotEmpty(issues);
        Assert.All(issues, issue => Assert.DoesNotContain(Secret, issue.ToDemand(), StringComparison.Ordinal));
    }

    private static List<ValidationIssue> Errors(string resource, params (string Path, string Rule)[] elements)
    {
        var type = elements[0].Path.Split('.')[0];
        var differential = elements.Select(element => $$"""{"path":"{{element.Path}}",{{element.Rule}}}""");
        var definitions = new DefinitionSet();
        definitions.Add(JsonElement.Parse($$$"""
            {"resourceType":"StructureDefinition","url":"http://site.example/profile","name":"Profile","status":"active",
             "kind":"resource","abstract":false,"type":"{{{type}}}","derivation":"constraint",
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/{{{type}}}",
             "differential":{"element":[{{{string.Join(',', differential)}}}]}}
            """));
        var json = JsonNode.Parse(resource)!.AsObject();
        json["resourceType"] = type;
        if (!json.ContainsKey("code")) json["code"] = new JsonObject { ["text"] = "a" };
        return Of(new FhirValidator(definitions).Validate(Encoding.UTF8.GetBytes(json.ToJsonString()), ["http://site.example/profile"]));
    }

    private static List<ValidationIssue> Of(ValidationResult result) =>
        [.. result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error)];
}
