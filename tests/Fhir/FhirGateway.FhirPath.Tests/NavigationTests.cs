using System.Text.Json;

namespace FhirGateway.FhirPath.Tests;

public sealed class NavigationTests
{
    private static readonly FhirNode Patient = Resources.Node("""
        {
          "resourceType": "Patient", "id": "p1",
          "contained": [{"resourceType": "Organization", "id": "o1", "name": "Acme"}],
          "birthDate": "1974-12-25", "_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
          "valueDateTime": "1974-12-25T14:35:45-05:00"}]},
          "name": [{"family": "Chalmers", "given": ["Peter", "James"]}, {"given": [null, "Jim"],
          "_given": [{"extension": [{"url": "http://x", "valueCode": "masked"}]}, null]}],
          "contact": [{"name": {"family": "Case"}}],
          "multipleBirthInteger": 2,
          "managingOrganization": {"reference": "#o1"}
        }
        """);

    [Theory]
    [InlineData("name[0].given[1]", "Patient.name[0].given[1]")]
    [InlineData("birthDate", "Patient.birthDate")]
    [InlineData("contained[0].name", "Patient.contained[0].name")]
    [InlineData("multipleBirth", "Patient.multipleBirth")]
    [InlineData("birthDate.extension.value", "Patient.birthDate.extension[0].value")]
    [InlineData("contact.name.family", "Patient.contact[0].name.family")]
    public void An_element_tells_where_it_is_and_the_path_finds_it_again(string expression, string location)
    {
        var found = Assert.Single(Patient.Evaluate(expression));
        Assert.Equal(location, found.Location);
        Assert.Equal(location, Assert.Single(Patient.Evaluate(location)).Location);
    }

    [Fact]
    public void A_choice_knows_its_name_in_JSON_and_its_type()
    {
        var birth = Assert.Single(Patient.Evaluate("multipleBirth"));
        Assert.Equal(("multipleBirth", "multipleBirthInteger", "integer"), (birth.Name, birth.JsonName, birth.Type.Name));
        Assert.Equal("Patient", birth.Parent!.Name);
        Assert.Null(birth.Index);
    }

    [Fact]
    public void A_primitive_without_value_is_there_by_its_extensions()
    {
        var given = Patient.Evaluate("name[1].given");
        Assert.Equal(2, given.Count);
        Assert.Null(given[0].Value);
        Assert.Equal("Jim", given[1].Value);
        Assert.Equal("masked", Assert.Single(given[0].Evaluate("extension('http://x').value")).Value);
        Assert.Equal([false, true], Patient.Evaluate("name[1].given.select(hasValue())").Select(node => node.Value));
    }

    [Fact]
    public void Every_descendant_is_found_once_and_under_its_own_type()
    {
        var descendants = Patient.Evaluate("descendants()");
        Assert.Equal(descendants.Count, descendants.Select(node => node.Location).Distinct().Count());
        Assert.Contains(descendants, node => node is { Location: "Patient.contact[0]", Type.Name: "BackboneElement" });
        Assert.Contains(descendants, node => node is { Location: "Patient.contained[0].id", Type.Name: "id" });
    }

    [Fact]
    public void References_lead_to_contained_resources_bundle_entries_and_the_resolver()
    {
        Assert.Equal("Acme", Assert.Single(Patient.Evaluate("managingOrganization.resolve().name")).Value);
        var bundle = Resources.Node("""
            {"resourceType":"Bundle","entry":[
              {"fullUrl":"http://a/Patient/1","resource":{"resourceType":"Patient","id":"1",
              "managingOrganization":{"reference":"Organization/2"},"link":[{"other":{"reference":"urn:uuid:x"}}]}},
              {"fullUrl":"http://a/Organization/2","resource":{"resourceType":"Organization","id":"2","name":"In the bundle"}},
              {"fullUrl":"http://b/Organization/2","resource":{"resourceType":"Organization","id":"2","name":"Another server's"}},
              {"fullUrl":"urn:uuid:x","resource":{"resourceType":"Patient","active":true}}]}
            """);
        Assert.Equal("In the bundle", Assert.Single(bundle.Evaluate("entry[0].resource.managingOrganization.resolve().name")).Value);
        Assert.Equal(true, Assert.Single(bundle.Evaluate("entry[0].resource.link.other.resolve().active")).Value);
        var outside = Resources.Node("""{"resourceType":"Observation","subject":{"reference":"Patient/p1"}}""");
        Assert.Empty(outside.Evaluate("subject.resolve()"));
        Assert.Equal(
            "p1",
            Assert.Single(outside.Evaluate(
                "subject.resolve().id",
                new EvaluationContext { Resolver = reference => reference == "Patient/p1" ? Patient : null })).Value);
    }

    [Fact]
    public void Of_two_that_a_reference_may_mean_the_first_is_found_and_a_circle_has_an_end()
    {
        var patient = Resources.Node("""
            {"resourceType":"Patient","contained":[
              {"resourceType":"Organization","id":"a","name":"first","partOf":{"reference":"#b"}},{"resourceType":"Organization","id":"a",
              "name":"second"},
              {"resourceType":"Organization","id":"b","name":"other","partOf":{"reference":"#a"}}],
              "managingOrganization":{"reference":"#a"}}
            """);
        Assert.Equal("first", Assert.Single(patient.Evaluate("managingOrganization.resolve().name")).Value);
        Assert.Equal(
            ["other", "first"],
            patient.Evaluate("managingOrganization.resolve().repeat(partOf.resolve()).name").Select(node => node.Value));
    }

    [Fact]
    public void Resource_is_the_nearest_and_rootResource_the_one_that_contains_it()
    {
        var contained = Assert.Single(Patient.Evaluate("contained.name"));
        Assert.Equal("o1", Assert.Single(contained.Evaluate("%resource.id")).Value);
        Assert.Equal("p1", Assert.Single(contained.Evaluate("%rootResource.id")).Value);
        Assert.Equal("Acme", Assert.Single(contained.Evaluate("%context")).Value);
    }

    [Fact]
    public void A_datatype_can_stand_alone()
    {
        var name = FhirNode.Of(JsonDocument.Parse("""{"family":"Chalmers"}""").RootElement, "HumanName");
        Assert.Equal("HumanName.family", Assert.Single(name.Evaluate("family")).Location);
        Assert.Throws<ArgumentException>(() => FhirNode.Of(JsonDocument.Parse("{}").RootElement, "NoSuchType"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"resourceType":"HumanName"}""")]
    [InlineData("""{"resourceType":7}""")]
    public void What_is_not_a_resource_is_refused(string json) => Assert.Throws<ArgumentException>(() => Resources.Node(json));

    [Fact]
    public void Results_are_written_as_JSON()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            FhirPathJson.Write(writer, Patient.Evaluate("name[0].given | birthDate | 1.50 | true | 4 'mg' | @T10:30 | contact.name"));
        }

        Assert.Equal(
            """["Peter","James","1974-12-25",1.50,true,{"value":4,"unit":"mg"},"10:30",{"family":"Case"}]""",
            System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}
