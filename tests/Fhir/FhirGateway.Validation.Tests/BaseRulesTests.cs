using System.Text;
using FhirGateway.Validation.Definitions;
using Hl7.Fhir.Model;

namespace FhirGateway.Validation.Tests;

public sealed class BaseRulesTests
{
    private static readonly FhirValidator Validator = new();

    [Theory]
    [InlineData("""{"resourceType":"Patient","gender":"male","birthDate":"1974-12-25"}""")]
    [InlineData("""{"resourceType":"Patient","meta":{"security":"""
        + """[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"AIAST"}]},"active":true}""")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":"""
        + """[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}""")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://loinc.org"}]}}""")]
    [InlineData("""{"resourceType":"Patient","maritalStatus":{"coding":"""
        + """[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","_code":{"extension":"""
        + """[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}]}}""")]
    [InlineData("""{"resourceType":"Patient","managingOrganization":{"display":"x","type":"http://example.org/logical-model"}}""")]
    [InlineData("""{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":"""
        + """{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"p"}],"status":"final","code":{"text":"x"}"""
        + ""","subject":{"reference":"#p"}}}]}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"extension":"""
        + """[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}]}]}""")]
    public void A_valid_resource_has_no_error(string json) => Assert.Empty(Errors(json));

    [Fact]
    public void What_labels_the_work_of_an_AI_is_one_of_R4s_security_labels() =>
        Assert.Empty(Validate("""{"resourceType":"Patient","meta":{"security":"""
            + """[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"AIAST","display":"Artificial """
            + """Intelligence asserted"}]},"active":true}""").Issues);

    [Theory]
    [InlineData("""{"resourceType":"Patient","birthdate":"1974"}""", "Patient", "unknown-element")]
    [InlineData("""{"resourceType":"Patient","name":{"family":"A"}}""", "Patient", "json")]
    [InlineData("""{"resourceType":"Patient","gender":["male"]}""", "Patient", "json")]
    [InlineData("""{"resourceType":"Patient","name":[]}""", "Patient", "json")]
    [InlineData("""{"resourceType":"Patient","name":[{}]}""", "Patient.name[0]", "ele-1")]
    [InlineData("""{"resourceType":"Patient","active":"true"}""", "Patient.active", "format")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1974-13-25"}""", "Patient.birthDate", "format")]
    [InlineData("""{"resourceType":"Patient","birthDate":"1974-02-30"}""", "Patient.birthDate", "format")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"1974-02-03T10:00:00"}""", "Patient.deceased", "format")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"1974","deceasedBoolean":true}""", "Patient", "cardinality")]
    [InlineData("""{"resourceType":"Patient","gender":"man"}""", "Patient.gender", "binding")]
    [InlineData("""{"resourceType":"Patient","id":"a b"}""", "Patient.id", "format")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":""}]}""", "Patient.name[0].family", "format")]
    [InlineData("""{"resourceType":"Patient","contact":[{"gender":"male"}]}""", "Patient.contact[0]", "pat-1")]
    [InlineData(
        """{"resourceType":"Patient","managingOrganization":{"reference":"Patient/1"}}""", "Patient.managingOrganization",
        "reference-target")]
    [InlineData(
        """{"resourceType":"Patient","managingOrganization":{"reference":"#o"}}""", "Patient.managingOrganization", "reference-contained")]
    [InlineData("""{"resourceType":"Observation","status":"final"}""", "Observation", "cardinality")]
    [InlineData(
        """{"resourceType":"Observation","status":"final","code":{"text":"x"},"referenceRange":[{"appliesTo":[{"text":"a"}]}]}""",
        "Observation.referenceRange[0]", "obs-3")]
    [InlineData(
        """{"resourceType":"Observation","status":"final","code":{"text":"x"},"component":[{"code":{"text":"y"},"referenceRange":"""
            + """[{"text":"ok"},{"type":{"text":"z"}}]}]}""",
        "Observation.component[0].referenceRange[1]", "obs-3")]
    [InlineData(
        """{"resourceType":"Patient","maritalStatus":{"coding":"""
            + """[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"nope"}]}}""",
        "Patient.maritalStatus.coding[0]", "coding-code")]
    [InlineData(
        """{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"}]}}""",
        "Patient.maritalStatus.coding[0]", "coding-code")]
    [InlineData(
        """{"resourceType":"Patient","managingOrganization":{"display":"x","type":"HumanName"}}""", "Patient.managingOrganization",
        "reference-type")]
    [InlineData(
        """{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":"""
            + """{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/1"}}}]}""",
        "Bundle.entry[0].resource.subject", "bundle-fullurl")]
    [InlineData(
        """{"resourceType":"Patient","text":{"status":"generated","div":"<div """
            + """xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"}}""",
        "Patient.text.div", "txt-1")]
    [InlineData(
        """{"resourceType":"Observation","status":"final","code":{"text":"x"},"extension":"""
            + """[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"B"}}]}""",
        "Observation.extension[0]", "extension-context")]
    [InlineData(
        """{"resourceType":"Patient","extension":"""
            + """[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueString":"B"}]}""",
        "Patient.extension[0].value", "type")]
    [InlineData("""{"resourceType":"Patient","meta":{"security":[{"code":"a"},{"code":"a"}]}}""", "Patient.meta", "meta-security")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Nothing"}]}""", "Patient.contained[0]", "resource-type")]
    [InlineData(
        """{"resourceType":"Bundle","type":"document","entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":"""
            + """{"resourceType":"Patient"}}]}""",
        "Bundle.entry[0]", "bundle-first")]
    public void A_broken_rule_is_an_error_at_its_place(string json, string location, string rule) =>
        Assert.Contains(Errors(json), issue => issue.Location == location && issue.Rule == rule);

    [Fact]
    public void A_code_of_an_unavailable_system_is_information_neither_error_nor_silence()
    {
        var result = Validate(
            """{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]}}""");
        Assert.True(result.IsValid);
        var issue = Assert.Single(result.Issues, issue => issue.Rule == "coding-code");
        Assert.Equal(IssueSeverity.Information, issue.Severity);
        Assert.Contains("http://loinc.org", issue.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","managingOrganization":{"reference":"Patient/1"}}""", "reference-target", 0)]
    [InlineData(
        """{"resourceType":"Patient","managingOrganization":{"type":"Patient","identifier":{"value":"1"}}}""", "reference-target", 0)]
    [InlineData(
        """{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}],"managingOrganization":{"reference":"#a"}}""",
        "reference-target", 1)]
    [InlineData(
        """{"resourceType":"Bundle","type":"transaction","entry":"""
            + """[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","request":{"method":"POST","url":"Patient"},"resource":"""
            + """{"resourceType":"Patient","managingOrganization":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000000"}}}]}""",
        "reference-bundled", 0)]
    public void A_target_that_is_not_at_hand_is_judged_only_when_asked_to(string json, string rule, int otherwise)
    {
        Assert.Contains(Errors(json), issue => issue.Rule == rule);
        var lenient = new FhirValidator(new DefinitionSet(), new ValidationOptions { CheckAbsentTargets = false });
        Assert.Equal(
            otherwise,
            lenient.Validate(Encoding.UTF8.GetBytes(json)).Issues.Count(
                issue => issue.Rule == rule && issue.Severity == IssueSeverity.Error));
    }

    [Fact]
    public void The_outcome_names_severity_place_profile_and_rule()
    {
        var issue = Validate("""{"resourceType":"Patient","gender":"man"}""").ToOperationOutcome().Issue[0];
        Assert.Equal(OperationOutcome.IssueSeverity.Error, issue.Severity);
        Assert.Equal(OperationOutcome.IssueType.CodeInvalid, issue.Code);
        Assert.Equal(["Patient.gender"], issue.Expression);
        Assert.Contains("http://hl7.org/fhir/StructureDefinition/Patient", issue.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public void A_valid_resource_still_gets_an_outcome_that_is_one()
    {
        var outcome = Validate("""{"resourceType":"Patient"}""").ToOperationOutcome();
        Assert.Equal(OperationOutcome.IssueSeverity.Information, Assert.Single(outcome.Issue).Severity);
        Assert.DoesNotContain(Validator.Validate(outcome).Issue, issue => issue.Severity != OperationOutcome.IssueSeverity.Information);
    }

    private static ValidationResult Validate(string json) => Validator.Validate(Encoding.UTF8.GetBytes(json));

    private static List<ValidationIssue> Errors(string json) =>
        [.. Validate(json).Issues.Where(issue => issue.Severity >= IssueSeverity.Error)];
}
