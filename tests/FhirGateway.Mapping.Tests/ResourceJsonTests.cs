using System.Text;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace FhirGateway.Mapping.Tests;

/// <summary>What the FHIR SDK does to what it reads and writes, and what we keep from happening. Each was seen in 6.8.0.</summary>
public sealed class ResourceJsonTests
{
    [Theory]
    [InlineData("{\"resourceType\":\"Patient\"")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"x\"} trailing")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"x\"}{}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"x\",\"foo\":1}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"x\",\"id\":\"y\"}")]
    [InlineData("{\"resourceType\":\"Patient\",\"gender\":\"secret\"}")]
    [InlineData("{\"resourceType\":\"Patient\",\"birthDate\":\"2024-02-30\"}")]
    [InlineData("{\"resourceType\":\"Nope\",\"id\":\"x\"}")]
    [InlineData("{\"resourceType\":\"Device\",\"id\":\"x\"}")]
    public void What_is_not_a_resource_is_refused_without_a_value_of_it(string json)
    {
        var refused = Assert.Throws<FormatException>(() => ResourceJson.ReadStrictly<Patient>(Encoding.UTF8.GetBytes(json)));

        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("2024-02-30", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped() =>
        Assert.Equal("x", ResourceJson.ReadStrictly<Patient>("\uFEFF{\"resourceType\":\"Patient\",\"id\":\"x\"}"u8).Id);

    [Fact]
    public void The_SDKs_own_reader_throws_on_broken_JSON_and_on_a_byte_order_mark_and_ignores_what_follows()
    {
        Assert.ThrowsAny<System.Text.Json.JsonException>(
            () => FhirJsonDeserializer.STRICT.TryDeserializeResource("{\"resourceType\":\"Patient\"", out _, out _));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() =>
            FhirJsonDeserializer.STRICT.TryDeserializeResource("\uFEFF{\"resourceType\":\"Patient\",\"id\":\"x\"}", out _, out _));
        Assert.Equal("x", FhirJsonDeserializer.STRICT.DeserializeResource("{\"resourceType\":\"Patient\",\"id\":\"x\"} trailing").Id);
    }

    [Fact]
    public void A_resource_without_any_element_is_refused_by_a_strict_reader_only()
    {
        Assert.Throws<FormatException>(() => ResourceJson.ReadStrictly<Patient>("{\"resourceType\":\"Patient\"}"u8));
        Assert.IsType<Patient>(FhirJsonDeserializer.RECOVERABLE.DeserializeResource("{\"resourceType\":\"Patient\"}"));
    }

    [Fact]
    public void An_unknown_code_read_leniently_is_kept_as_text_and_its_enum_throws()
    {
        var patient = (Patient)FhirJsonDeserializer.RECOVERABLE.DeserializeResource("{\"resourceType\":\"Patient\",\"gender\":\"x\"}");

        Assert.ThrowsAny<Exception>(() => patient.Gender);
        Assert.Equal("x", patient.GenderElement!.JsonValue);
    }

    [Theory]
    [InlineData("2026-03-02T08:00:00Z")]
    [InlineData("2026-03-02T08:00:00.123456789+01:00")]
    [InlineData("2026-03-02T08:00:00+00:00")]
    public void A_time_is_written_in_the_digits_and_the_zone_that_it_came_in(string text)
    {
        Assert.True(Moment.TryParse(text, null, out var moment));
        var json = Text(new Composition { DateElement = moment.ToDateTime(), Meta = new Meta { LastUpdatedElement = moment.ToInstant() } });

        Assert.Contains($"\"lastUpdated\":\"{text}\"", json, StringComparison.Ordinal);
        Assert.Contains($"\"date\":\"{text}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moment_of_our_own_clock_ends_in_Z_where_the_SDK_would_write_an_offset()
    {
        var time = new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

        Assert.Equal(
            """{"resourceType":"Provenance","recorded":"2026-03-02T10:00:00Z"}""",
            Text(new Provenance { RecordedElement = Moment.Of(time).ToInstant() }));
        Assert.Equal("""{"resourceType":"Provenance","recorded":"2026-03-02T10:00:00+00:00"}""", Text(new Provenance { Recorded = time }));
    }

    [Fact]
    public void A_size_is_R4s_number_where_the_SDKs_Size_writes_R5s_text()
    {
        Assert.Equal(
            """{"resourceType":"DocumentReference","content":[{"attachment":{"size":7}}]}""",
            Text(Document(new Attachment { SizeUnsignedInt = 7 })));
        Assert.Equal(
            """{"resourceType":"DocumentReference","content":[{"attachment":{"size":"7"}}]}""",
            Text(Document(new Attachment { Size = 7 })));
    }

    [Fact]
    public void What_came_as_bytes_would_be_changed_by_reading_and_writing_it_so_it_is_kept_as_bytes()
    {
        const string observation = """{"resourceType":"Observation","valueQuantity":{"value":0.12345678901234567890123456789012}}""";
        const string binary = """{"resourceType":"Binary","data":"AQ ID"}""";

        Assert.NotEqual(observation, Text(FhirJsonDeserializer.RECOVERABLE.DeserializeResource(observation)));
        Assert.NotEqual(binary, Text(FhirJsonDeserializer.RECOVERABLE.DeserializeResource(binary)));
        var kept = new Binary { ContentType = "application/fhir+json", Data = Encoding.UTF8.GetBytes(observation) };
        Assert.Equal(observation, Encoding.UTF8.GetString(ResourceJson.ReadStrictly<Binary>(ResourceJson.Write(kept)).Data!));
    }

    [Fact]
    public void Text_and_markup_stay_legible()
    {
        var json = Text(new Patient
        {
            Text = new Narrative
            {
                Status = Narrative.NarrativeStatus.Generated,
                Div = "<div xmlns=\"http://ww"
            + "w.w3.org/1999/xhtml\">é &lt; 中</div>"
            }
        });

        Assert.Contains("é &lt; 中</div>", json, StringComparison.Ordinal);
    }

    /// <summary>
    /// Fhir.Metrics reads units with the culture's data, which InvariantGlobalization takes away. The SDK reaches it from its FHIRPath
    /// and from
    /// its quantities' arithmetic only, neither of which is ours: FHIRPath here is FhirGateway.FhirPath.
    /// </summary>
    [Fact]
    public void Building_writing_and_reading_resources_never_loads_the_SDKs_library_of_units()
    {
        var observation = new Observation
        {
            Status = ObservationStatus.Final,
            Code = new CodeableConcept("http://loinc.org", "8302-2"),
            Value = new Quantity(1.75m, "m"),
        };

        Assert.Equal("m", ((Quantity)ResourceJson.ReadStrictly<Observation>(ResourceJson.Write(observation)).Value!).Code);
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "Fhir.Metrics");
    }

    private static DocumentReference Document(Attachment attachment) =>
        new() { Content = { new DocumentReference.ContentComponent { Attachment = attachment } } };

    private static string Text(Resource resource) => Encoding.UTF8.GetString(ResourceJson.Write(resource));
}
