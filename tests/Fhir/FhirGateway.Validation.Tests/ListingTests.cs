namespace FhirGateway.Validation.Tests;

public sealed class ListingTests
{
    [Fact]
    public void A_compiled_profile_lists_its_rules()
    {
        var lines = new FhirValidator().Describe("http://hl7.org/fhir/StructureDefinition/bodyweight");
        Assert.Contains("Observation.code.coding: sliced by value of code, value of system, open", lines);
        Assert.Contains("Observation.code.coding:BodyWeightCode: 1..1", lines);
        Assert.Contains("Observation.code.coding:BodyWeightCode.code: is '29463-7'", lines);
        Assert.Contains(
            "Observation.value[x]:valueQuantity.code: required binding to http://hl7.org/fhir/ValueSet/ucum-bodyweight|4.0.1", lines);
        Assert.DoesNotContain(lines, line => line.Contains("dom-2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Patient", "Patient.link.type: 1..1")]
    [InlineData("date", "date: is a string in the format of date, of at most 1048576 characters")]
    [InlineData("Reference", "Reference: leads to a target of the stated type, which is there when it must be in the resource or bundle")]
    [InlineData("Bundle", "Bundle: contained resources have ids, and no two elements have the same id")]
    public void A_core_type_lists_cardinality_formats_and_the_rules_written_by_hand(string type, string line) =>
        Assert.Contains(line, new FhirValidator().Describe("http://hl7.org/fhir/StructureDefinition/" + type));

    [Fact]
    public void An_unknown_definition_can_not_be_listed() =>
        Assert.Throws<ArgumentException>(() => new FhirValidator().Describe("urn:nothing"));
}
