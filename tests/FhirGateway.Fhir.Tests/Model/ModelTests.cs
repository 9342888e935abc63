using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Tests.Model;

public class ModelTests
{
    [Fact]
    public void A_primitive_has_a_short_property_beside_its_element()
    {
        var composition = new Composition { Title = "Note" };
        Assert.Equal("Note", composition.TitleElement!.Value);

        composition.TitleElement.Extension.Add(new Extension("http://example.org/e", new FhirBoolean(true)));
        composition.Title = null;
        Assert.Null(composition.TitleElement);
    }

    [Fact]
    public void Lists_are_never_null()
    {
        var name = new HumanName();
        Assert.Empty(name.GivenElement);
        name.Given = ["Peter", "James"];
        Assert.Equal(["Peter", "James"], name.GivenElement.Select(given => given.Value));
    }

    [Fact]
    public void Codes_of_required_value_sets_are_enums_with_their_literal_and_system()
    {
        var statement = new MedicationStatement { Status = MedicationStatement.MedicationStatusCodes.EnteredInError };
        Assert.Equal("entered-in-error", statement.StatusElement!.ObjectValue);
        Assert.Equal("http://hl7.org/fhir/CodeSystem/medication-statement-status", statement.Status.Value.GetSystem());
        Assert.Equal(CompositionStatus.Preliminary, EnumLiterals.Parse<CompositionStatus>("preliminary"));
        Assert.Null(EnumLiterals.Parse<CompositionStatus>("Preliminary"));
    }

    [Fact]
    public void A_transaction_reads_as_a_developer_of_the_Firely_SDK_would_write_it()
    {
        var bundle = new Bundle { Type = Bundle.BundleType.Transaction };
        var entry = bundle.AddResourceEntry(
            new DocumentReference
            {
                Status = DocumentReferenceStatus.Current,
                Type = new CodeableConcept("http://loinc.org", "34109-9", "Note", "a note"),
                Subject = new ResourceReference("Patient?identifier=urn:mrn|1", "Patient 1"),
                Identifier = [new Identifier("urn:fhir-gateway:note", "7")],
                Date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(-5)),
            },
            "urn:uuid:3f0b3a4e-9d5a-5b6e-8f64-0e2c0f9b3d11");
        entry.Request = new Bundle.RequestComponent { Method = Bundle.HTTPVerb.PUT, Url = "DocumentReference?identifier=urn:fhir-gateway:note%7C7" };

        Assert.Equal(
            """{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:3f0b3a4e-9d5a-5b6e-8f64-0e2c0f9b3d11","resource":{"resourceType":"DocumentReference","identifier":[{"system":"urn:fhir-gateway:note","value":"7"}],"status":"current","type":{"coding":[{"system":"http://loinc.org","code":"34109-9","display":"Note"}],"text":"a note"},"subject":{"reference":"Patient?identifier=urn:mrn|1","display":"Patient 1"},"date":"2026-01-02T03:04:05-05:00"},"request":{"method":"PUT","url":"DocumentReference?identifier=urn:fhir-gateway:note%7C7"}}]}""",
            FhirJsonSerializer.SerializeToString(bundle));
    }

    [Fact]
    public void Moments_are_written_with_Z_or_their_offset_and_only_the_fraction_they_have()
    {
        Assert.Equal("2026-01-02T03:04:05Z", new Instant(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)).ToString());
        Assert.Equal("2026-01-02T03:04:05.25+05:30", new FhirDateTime(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 250, new TimeSpan(5, 30, 0))).Value);
        Assert.Equal("2026-01", new FhirDateTime(2026, 1).Value);
    }

    [Fact]
    public void A_partial_date_is_no_moment()
    {
        Assert.False(new FhirDateTime("2026-01-02").TryToDateTimeOffset(out _));
        Assert.True(new FhirDateTime("2026-01-02T00:00:00+01:00").TryToDateTimeOffset(out var moment));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 23, 0, 0, TimeSpan.Zero), moment);
        Assert.Throws<FormatException>(() => Instant.Parse("2026-01-02"));
    }

    [Fact]
    public void A_decimal_keeps_the_scale_it_was_given()
    {
        Assert.Equal("1.00", new FhirDecimal(1.00m).ToString());
        Assert.Equal(1000m, new FhirDecimal { ObjectValue = "1e3" }.Value);
        Assert.Throws<FormatException>(() => new FhirDecimal { ObjectValue = "1,0" });
    }

    [Fact]
    public void Bytes_are_base64() => Assert.Equal("AQID", new Attachment { Data = [1, 2, 3] }.DataElement!.ObjectValue);
}
