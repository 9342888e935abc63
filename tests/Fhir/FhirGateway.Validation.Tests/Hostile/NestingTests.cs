using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Things inside themselves, as deep as the JSON may be.</summary>
[Collection(WeighedAlone.Name)]
public sealed class NestingTests
{
    private static readonly FhirValidator Plain = new();

    [Theory]
    [InlineData("v", "")]
    [InlineData("", "format(value)")]
    public void Content_that_repeats_itself_is_validated_to_its_bottom(string value, string expected)
    {
        var inner = $$"""{"name":"a","valueString":"{{value}}"}""";
        var parts = Nested(60, """{"name":"a","part":[""", inner, "]}");
        var result = Plain.Validate($$"""{"resourceType":"Parameters","parameter":[{{parts}}]}""");
        var bottom = "Parameters.parameter[0]" + string.Concat(Enumerable.Repeat(".part[0]", 60)) + ".value";
        Assert.Equal(expected.Length == 0 ? [] : [$"{bottom}:{expected}"], result.Errors());
    }

    [Fact]
    public void Sections_in_sections_are_valid_however_deep()
    {
        const string text = """{"title":"a","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}}""";
        var sections = Nested(55, """{"title":"a","section":[""", text, "]}");
        Assert.Empty(Plain.Validate(
            $$"""
            {"resourceType":"Composition","status":"final","type":{"text":"a"},"date":"2020","title":"t","author":[{"display":"a"}],
            "section":[{{sections}}]}
            """).Errors());
    }
}
