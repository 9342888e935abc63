using System.Text;
using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Tests.Serialization;

public class FhirJsonWritingTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient","birthDate":"1970-03-30","_birthDate":{"id":"a","extension":[{"url":"http://example.org/t","valueDateTime":"1970-03-30T10:00:00Z"}]}}""")]
    [InlineData("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://example.org/absent","valueCode":"unknown"}]}}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":["Peter",null,"J"],"_given":[null,{"id":"n2"},{"extension":[{"url":"http://example.org/i","valueBoolean":true}]}]}]}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"_given":[{"id":"n1"},null]}]}""")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"Acme"},{"resourceType":"Practitioner","id":"p"}],"active":false,"deceasedDateTime":"2020","_deceasedDateTime":{"id":"d"}}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00,"unit":"mg"},"component":[{"code":{"text":"y"},"valueQuantity":{"value":-1.20e3}},{"code":{"text":"z"},"valueQuantity":{"value":0.1000000000000000000000000000000000000001}}]}""")]
    [InlineData("""{"resourceType":"Observation","status":"made-up","code":{"text":"x"},"effectiveInstant":"2015-02-07T13:28:17.2390+02:00"}""")]
    [InlineData("""{"resourceType":"Composition","status":"final","section":[{"title":"a","section":[{"title":"b"}]}]}""")]
    [InlineData("""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Größe > 1 & 'so'\n</div>"}}""")]
    [InlineData("""{"resourceType":"MedicationStatement","dosage":[{"timing":{"repeat":{"frequency":1,"dayOfWeek":["mon","tue"],"timeOfDay":["08:00:00"]}},"asNeededBoolean":true}]}""")]
    public void What_was_read_is_written_as_it_was(string json) => Assert.Equal(json, Rewritten(json));

    [Fact]
    public void Elements_come_in_the_definitions_order_with_the_resource_type_first() =>
        Assert.Equal(
            """{"resourceType":"Patient","id":"1","active":true,"name":[{"use":"usual","family":"P"}],"birthDate":"1970"}""",
            Rewritten("""{"birthDate":"1970","name":[{"family":"P","use":"usual"}],"active":true,"id":"1","resourceType":"Patient"}"""));

    [Fact]
    public void Nothing_empty_is_written()
    {
        var patient = new Patient
        {
            Name = [new HumanName(), new HumanName { Period = new Period() }],
            MaritalStatus = new CodeableConcept { Coding = [new Coding()] },
            GenderElement = new Code<AdministrativeGender>(),
            ManagingOrganization = new ResourceReference(),
            Deceased = new FhirDateTime(),
        };
        patient.Contact.Add(new Patient.ContactComponent { Name = new HumanName { Family = "C" } });

        Assert.Equal("""{"resourceType":"Patient","contact":[{"name":{"family":"C"}}]}""", FhirJsonSerializer.SerializeToString(patient));
    }

    [Fact]
    public void Pretty_text_ends_its_lines_alike_on_every_machine() =>
        Assert.Equal("{\n  \"resourceType\": \"Patient\",\n  \"id\": \"1\"\n}", FhirJsonSerializer.SerializeToString(new Patient { Id = "1" }, pretty: true));

    [Fact]
    public void Bytes_are_the_strings_utf8() =>
        Assert.Equal("""{"resourceType":"Patient","id":"é"}""", Encoding.UTF8.GetString(FhirJsonSerializer.SerializeToBytes(new Patient { Id = "é" })));

    private static string Rewritten(string json) => FhirJsonSerializer.SerializeToString(FhirJsonDeserializer.Deserialize<Resource>(json));
}
