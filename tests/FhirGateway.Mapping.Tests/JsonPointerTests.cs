using System.Text.Json;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Output;

namespace FhirGateway.Mapping.Tests;

public sealed class JsonPointerTests
{
    private static readonly JsonElement Body = JsonElement.Parse("""{"a":["first","second"]}""");

    [Theory]
    [InlineData("/a/0", "first")]
    [InlineData("/a/1", "second")]
    [InlineData("/a/01", null)]
    [InlineData("/a/+1", null)]
    [InlineData("/a/ 1", null)]
    [InlineData("/a/-0", null)]
    [InlineData("/a/-", null)]
    [InlineData("/a/2", null)]
    [InlineData("/a/", null)]
    public void An_item_of_a_list_has_one_spelling(string pointer, string? found) =>
        Assert.Equal(found, JsonPointer.FindText(Body, pointer));

    [Theory]
    [InlineData("Patient/1", "Patient/1")]
    [InlineData("https://fhir.example/Patient/1/_history/2", "https://fhir.example/Patient/1")]
    [InlineData("Patient/1\n", null)]
    [InlineData("Patient/", null)]
    [InlineData("Group/1", null)]
    public void A_literal_reference_ends_with_its_id(string reference, string? literal) =>
        Assert.Equal(literal, SiteReferences.LiteralTo("Patient", reference));
}
