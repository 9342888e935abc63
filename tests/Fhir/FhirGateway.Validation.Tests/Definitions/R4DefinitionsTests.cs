using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests.Definitions;

public sealed class R4DefinitionsTests
{
    [Fact]
    public void R4_has_its_146_resource_types()
    {
        Assert.Equal(146, R4Types.ResourceTypes.Count);
        Assert.Contains("MedicationStatement", R4Types.ResourceTypes);
        Assert.DoesNotContain("SubscriptionStatus", R4Types.ResourceTypes);
        Assert.DoesNotContain("DomainResource", R4Types.ResourceTypes);
    }

    [Fact]
    public void Elements_carry_cardinality_types_bindings_and_constraints()
    {
        var patient = R4Types.Type("Patient")!;
        var gender = patient.Element("Patient.gender")!;
        Assert.Equal((0, 1), (gender.Min, gender.Max));
        Assert.Equal("required", gender.Binding!.Strength);
        Assert.Equal("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1", gender.Binding.ValueSet);
        Assert.Equal(int.MaxValue, patient.Element("Patient.name")!.Max);
        Assert.Equal("pat-1", Assert.Single(patient.Element("Patient.contact")!.Constraints).Key);
        Assert.Contains(
            "http://hl7.org/fhir/StructureDefinition/Practitioner",
            patient.Element("Patient.generalPractitioner")!.Types[0].TargetProfiles);
        Assert.True(patient.Element("Patient.deceased[x]")!.IsModifier);
    }

    [Fact]
    public void Primitives_carry_their_regex_and_their_FHIR_type()
    {
        var value = R4Types.Type("id")!.Element("id.value")!.Types[0];
        Assert.Equal("""[A-Za-z0-9\-\.]{1,64}""", value.Regex);
        Assert.True(value.IsSystem);
        Assert.Equal("string", value.Code);
    }

    [Fact]
    public void A_repeated_content_points_at_its_definition() =>
        Assert.Equal("#Composition.section", R4Types.Type("Composition")!.Element("Composition.section.section")!.ContentReference);

    [Theory]
    [InlineData("Patient", "DomainResource", true)]
    [InlineData("Patient", "Resource", true)]
    [InlineData("code", "string", true)]
    [InlineData("Age", "Quantity", true)]
    [InlineData("string", "code", false)]
    [InlineData("Bundle", "DomainResource", false)]
    public void Types_know_their_ancestors(string type, string ancestor, bool expected) =>
        Assert.Equal(expected, R4Types.IsSubtypeOf(type, ancestor));

    [Fact]
    public void Search_parameters_of_a_type_include_those_of_every_resource()
    {
        var parameters = R4SearchParameters.For("DocumentReference");
        Assert.Contains("DocumentReference.masterIdentifier", parameters["identifier"].Expression, StringComparison.Ordinal);
        Assert.Equal("token", parameters["_id"].Type);
        Assert.Equal("reference", parameters["patient"].Type);
        Assert.Equal(2, parameters["relationship"].Components.Count);
    }

    [Fact]
    public void Profiles_extensions_and_terminology_of_the_base_specification_are_there()
    {
        Assert.True(R4Definitions.Structure("http://hl7.org/fhir/StructureDefinition/bodyweight")!.IsConstraint);
        var birthPlace = R4Definitions.Structure("http://hl7.org/fhir/StructureDefinition/patient-birthPlace")!;
        Assert.Equal(new ExtensionContext("element", "Patient"), Assert.Single(birthPlace.Contexts));
        Assert.Equal(
            "complete",
            R4Definitions.CodeSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode")!.Value.GetProperty("content").GetString());
        Assert.NotNull(R4Definitions.ValueSet("http://terminology.hl7.org/ValueSet/v2-0001"));
        Assert.Null(R4Definitions.Structure("http://example.org/none"));
    }

    [Fact]
    public void Every_embedded_definition_can_be_parsed()
    {
        Assert.All(R4Types.TypeNames, name => Assert.NotEmpty(R4Types.Type(name)!.Elements));
        Assert.All(R4Definitions.ProfileUrls, url => Assert.NotEmpty(R4Definitions.Structure(url)!.Elements));
        Assert.All(R4Definitions.ValueSetUrls, url => Assert.NotNull(R4Definitions.ValueSet(url)));
        Assert.All(R4Definitions.CodeSystemUrls, url => Assert.NotNull(R4Definitions.CodeSystem(url)));
    }
}
