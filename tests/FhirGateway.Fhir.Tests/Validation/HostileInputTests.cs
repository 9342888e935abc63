using System.Text;
using FhirGateway.Fhir.Validation;

namespace FhirGateway.Fhir.Tests.Validation;

/// <summary>Whatever is sent, the answer is an issue, within limits: never an exception, never a hang.</summary>
public sealed class HostileInputTests
{
    private static readonly FhirValidator Validator = new();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"resourceType\":1}")]
    [InlineData("{\"resourceType\":\"Patient\",\"resourceType\":\"Patient\"}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"a\",\"\\u0069d\":\"b\"}")]
    [InlineData("{\"resourceType\":\"Patient\"} x")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\ud800\"}]}")]
    public void What_is_no_resource_is_fatal(string json) => AssertFatal(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Invalid_UTF8_is_fatal()
    {
        var json = Encoding.UTF8.GetBytes("""{"resourceType":"Patient","name":[{"family":"abc"}]}""");
        json[^7] = 0xFF;
        AssertFatal(json);
    }

    [Fact]
    public void Deep_nesting_is_fatal() =>
        AssertFatal(Encoding.UTF8.GetBytes("""{"resourceType":"Patient","extension":""" + string.Concat(Enumerable.Repeat("""[{"url":"u","extension":""", 50_000))));

    [Fact]
    public void A_text_past_the_limit_is_fatal() =>
        AssertFatal(new byte[65 * 1024 * 1024]);

    [Fact]
    public void A_number_with_a_million_digits_is_an_error() =>
        Assert.False(Validator.Validate(Encoding.UTF8.GetBytes("""{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueQuantity":{"value":""" + new string('9', 1_000_000) + "}}")).IsValid);

    [Fact]
    public void Errors_without_number_are_listed_up_to_a_limit()
    {
        var json = """{"resourceType":"Patient","name":[""" + string.Join(',', Enumerable.Repeat("""{"family":""}""", 5000)) + "]}";
        Assert.Equal(1001, Validator.Validate(Encoding.UTF8.GetBytes(json)).Issues.Count);
    }

    private static void AssertFatal(byte[] json)
    {
        var result = Validator.Validate(json);
        Assert.Equal(IssueSeverity.Fatal, Assert.Single(result.Issues).Severity);
    }
}
