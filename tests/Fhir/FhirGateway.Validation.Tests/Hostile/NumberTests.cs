using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Numbers and dates past what anything holds.</summary>
[Collection(WeighedAlone.Name)]
public sealed class NumberTests
{
    private static readonly FhirValidator Bounded = Validator(
        Profile(
            "Observation",
            """{"path":"Observation.valueQuantity","minValueQuantity":{"value":1,"system":"http://unitsofmeasure.org","code":"mg"}},"""
                + """{"path":"Observation.valueQuantity.value","minValueDecimal":1,"maxValueDecimal":10}"""),
        Profile(
            "Patient",
            """{"path":"Patient.multipleBirthInteger","minValueInteger":1,"maxValueInteger":10},"""
                + """{"path":"Patient.birthDate","minValueDate":"2000-01-01"},"""
                + """{"path":"Patient.deceasedDateTime","maxValueDateTime":"2000-01-01"}""",
            "urn:test:patient"));

    [Theory]
    [InlineData("1e400", "max-value")]
    [InlineData("-1e400", "min-value")]
    [InlineData("-1e999999", "min-value")]
    [InlineData("1e99999999999999999999", "max-value")]
    [InlineData("1e-400", "min-value")]
    [InlineData("1e-99999999999999999999", "min-value")]
    [InlineData("99999999999999999999", "max-value")]
    [InlineData("-0", "min-value")]
    [InlineData("0.1e2", null)]
    public void A_decimal_of_any_size_is_held_against_its_bounds(string number, string? expected)
    {
        var errors = Bounded.Validate(
            $$$"""{{{{Observation}}},"valueQuantity":{"value":{{{number}}}"""
                + ""","unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}""",
            "urn:test:profile").Errors();
        Assert.Equal(expected is not null, errors.Contains($"Observation.value.value:{expected}(value)"));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e999999")]
    [InlineData("1E5")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999")]
    [InlineData("-2147483649")]
    public void An_integer_past_its_range_is_an_error(string number) =>
        Assert.Contains(
            "Patient.multipleBirth:format(value)",
            Bounded.Validate($"{{{Patient},\"multipleBirthInteger\":{number}}}", "urn:test:patient").Errors());

    [Fact]
    public void A_number_of_a_million_digits_is_an_error_of_few_words()
    {
        foreach (var number in (string[])[
            new('9', 1_000_000), "0." + new string('1', 1_000_000), "1e" + new string('9', 1_000_000), "-" + new string('9', 1_000_000)])
        {
            foreach (var json in (string[])[
                $$$"""{{{{Observation}}},"valueQuantity":{"value":{{{number}}}}}""", $"{{{Observation},\"valueInteger\":{number}}}",
                $$$"""{{{{Observation}}},"valueSampledData":{"origin":{"value":{{{number}}}},"period":1,"dimensions":1}}"""])
            {
                var result = Bounded.Validate(json, "urn:test:profile");
                Assert.Contains(result.Errors(), error => error.EndsWith(":format(value)", StringComparison.Ordinal));
                Assert.All(result.Issues, issue => Assert.InRange(issue.Text.Length, 1, 1001));
            }
        }
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("9999-99")]
    [InlineData("2020-02-30")]
    [InlineData("99999-01-01")]
    [InlineData("-001-01-01")]
    [InlineData("２０２０")]
    [InlineData("2020-01-01T24:00:00Z")]
    [InlineData("2020-01-01T00:00:00.Z")]
    [InlineData("2020-01-01T00:00:00+99:00")]
    public void A_date_that_never_was_is_an_error(string date)
    {
        var errors = Bounded.Validate(
            $$$"""{{{{Patient}}},"birthDate":"{{{date}}}","deceasedDateTime":"{{{date}}}","meta":{"lastUpdated":"{{{date}}}"}"""
                + $$$""","identifier":[{"period":{"start":"{{{date}}}","end":"{{{date}}}"}}]}""",
            "urn:test:patient").Errors().ToHashSet();
        Assert.Superset(
            new HashSet<string> { "Patient.birthDate:format(value)", "Patient.deceased:format(value)", "Patient.meta.lastUpdated:format("
                + "value)", "Patient.identifier[0].period.start:format(value)" },
            errors);
    }

    [Theory]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("9999-12-31T23:59:59.9999999999999999999999999999999-14:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    public void The_first_and_the_last_moment_are_dates(string moment)
    {
        var result = new FhirValidator()
            .Validate($$$"""{{{{Patient}}},"deceasedDateTime":"{{{moment}}}","meta":{"lastUpdated":"{{{moment}}}"},"identifier":"""
                + $$$"""[{"period":{"start":"{{{moment}}}","end":"{{{moment}}}"}}]}""");
        Assert.Empty(result.Errors());
    }
}
