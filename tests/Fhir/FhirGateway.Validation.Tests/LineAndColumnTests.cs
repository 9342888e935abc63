using System.Text;
using System.Text.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Validation.Tests;

public sealed class LineAndColumnTests
{
    private static readonly FhirValidator Validator = new();

    [Theory]
    [InlineData("{\n  \"resourceType\": \"Patient\",\n  \"gender\": \"man\"\n}", "binding", 3, 13)]
    [InlineData("{\r\n\t\"resourceType\":\"Patient\",\r\n\t\"gender\":\"man\"}", "binding", 3, 11)]
    [InlineData("  {\"resourceType\":\"Patient\",\"gender\":\"man\"}", "binding", 1, 38)]
    [InlineData("\n\n{\"resourceType\":\"Patient\",\"birthDate\":\"1999-02-30\"}", "format", 3, 39)]
    // A character beyond the basic plane counts twice, as in .NET and in editors.
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"Zo\u00eb \U0001F600\"}],\"gender\":\"man\"}", "binding", 1, 63)]
    [InlineData("{\"resourceType\":\"Patient\",\n\"name\":[{\"family\":\"a\"},\n  {\"given\":[\"b\",\n \"\"]}]}", "format", 4, 2)]
    [InlineData("{\"resourceType\":\"Patient\",\n\"_birthDate\":{\"id\":\"a\"}}", "ele-1", 2, 14)]
    // What is missing is where the element begins that lacks it.
    [InlineData("{\"resourceType\":\"Patient\",\n\"link\":[\n {\"type\":\"seealso\"}]}", "cardinality", 3, 2)]
    public void An_issue_says_the_line_and_column_of_its_element(string json, string rule, int line, int column)
    {
        var issue = Assert.Single(Validate(json).Issues, issue => issue.Rule == rule && issue.Severity == IssueSeverity.Error);
        Assert.Equal((line, column), (issue.Line, issue.Column));
    }

    [Theory]
    [InlineData("{\n \"resourceType\": \"Patient\",\n \"active\": tru\n}", 3, 15)]
    [InlineData("{\n \"resourceType\": \"Patient\",\n \"id\": \"a\"", 3, 11)]
    [InlineData("{\n \"resourceType\": \"Patient\",\n \"id\": \"\\ud800\"}", 3, 8)]
    public void Text_that_is_not_JSON_says_where(string json, int line, int column)
    {
        var issue = Assert.Single(Validate(json).Issues);
        Assert.Equal((IssueSeverity.Fatal, line, column), (issue.Severity, issue.Line, issue.Column));
    }

    [Fact]
    public void A_byte_order_mark_does_not_count_as_a_column()
    {
        var json = (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("{\"resourceType\":\"Patient\",\"gender\":\"man\"}")];
        Assert.Equal((1, 36), Assert.Single(Validator.Validate(json).Issues) is var issue ? (issue.Line, issue.Column) : default);
    }

    [Fact]
    public void A_parsed_resource_has_the_lines_of_its_own_text()
    {
        using var document = JsonDocument.Parse("[1,\n\n {\"resourceType\":\"Patient\",\n\"gender\":\"man\"}]");
        var issue = Assert.Single(Validator.Validate(document.RootElement[1]).Issues);
        Assert.Equal((2, 10), (issue.Line, issue.Column));
    }

    [Fact]
    public void The_outcome_holds_line_and_column_in_the_extensions_that_R4_has_for_them()
    {
        var outcome = Validate("{\n \"resourceType\": \"Patient\",\n \"gender\": \"man\"\n}").ToOperationOutcome();
        var issue = Assert.Single(outcome.Issue);
        Assert.Equal(3, issue.GetIntegerExtension("http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"));
        Assert.Equal(12, issue.GetIntegerExtension("http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"));
        Assert.DoesNotContain(Validator.Validate(outcome).Issue, found => found.Severity < OperationOutcome.IssueSeverity.Warning);
    }

    [Fact]
    public void An_object_of_the_SDK_is_judged_as_its_JSON_is_but_without_lines()
    {
        var patient = new Patient { Gender = AdministrativeGender.Female, BirthDate = "1999-02-30" };
        var issue = Assert.Single(Validator.Validate(patient).Issue);
        Assert.Equal(OperationOutcome.IssueType.Value, issue.Code);
        Assert.Equal(["Patient.birthDate"], issue.Expression);
        Assert.Empty(issue.Extension);
        patient.BirthDate = "1999-02-28";
        Assert.Equal(OperationOutcome.IssueSeverity.Information, Assert.Single(Validator.Validate(patient).Issue).Severity);
    }

    [Fact]
    public void An_object_of_the_SDK_is_judged_by_profiles_too()
    {
        var outcome = Validator.Validate(new Observation { Status = ObservationStatus.Final, Code = new CodeableConcept { Text = "a" } },
            ["http://hl7.org/fhir/StructureDefinition/bodyweight"]);
        Assert.Contains(outcome.Issue, issue => issue.Diagnostics!.Contains("bodyweight", StringComparison.Ordinal));
    }

    private static ValidationResult Validate(string json) => Validator.Validate(Encoding.UTF8.GetBytes(json));
}
