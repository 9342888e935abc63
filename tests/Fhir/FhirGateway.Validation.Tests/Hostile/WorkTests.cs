using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>A validation has so much work for each byte, and no more: whatever the profiles ask for.</summary>
[Collection(WeighedAlone.Name)]
public sealed class WorkTests
{
    private const string EachLooksAtAll = """{"path":"Patient.name","constraint":"""
        + """[{"key":"t-1","severity":"error","human":"h","expression":"%resource.descendants().count() > 0"}]}""";

    [Fact]
    public void An_invariant_that_goes_through_all_for_each_ends_the_validation_once()
    {
        var result = Validator(Profile("Patient", EachLooksAtAll)).Validate(Names(10_000), "urn:test:profile");
        var issue = Assert.Single(result.Issues);
        Assert.Equal((IssueSeverity.Error, "too-costly", "limits"), (issue.Severity, issue.Code, issue.Rule));
        Assert.StartsWith("Patient.name[", issue.Location, StringComparison.Ordinal);
        Assert.Contains("MaxStepsPerByte", issue.Text, StringComparison.Ordinal);
        Assert.InRange(result.Steps, 1, 50L * 10_000 * 30);
    }

    [Fact]
    public void With_more_steps_allowed_it_is_judged()
    {
        var validator = Validator(new ValidationOptions { MaxStepsPerByte = 100_000 }, Profile("Patient", EachLooksAtAll));
        Assert.Empty(validator.Validate(Names(500), "urn:test:profile").Issues);
        var one = Validator(new ValidationOptions { MaxStepsPerByte = 1 }, Profile("Patient", EachLooksAtAll));
        Assert.Equal("too-costly", Assert.Single(one.Validate(Names(500), "urn:test:profile").Issues).Code);
    }

    [Fact]
    public void A_small_resource_has_the_steps_of_a_larger_one()
    {
        var validator = Validator(new ValidationOptions { MaxStepsPerByte = 1 }, Profile("Patient", EachLooksAtAll));
        Assert.Empty(validator.Validate(Names(50), "urn:test:profile").Issues);
    }

    [Fact]
    public void An_invariant_that_takes_too_long_by_itself_was_not_checked_and_is_not_called_broken()
    {
        var validator = Validator(
            new ValidationOptions { MaxStepsPerByte = 100_000 },
            Profile(
                "Patient",
                """{"path":"Patient","constraint":"""
                    + """[{"key":"t-1","severity":"warning","human":"h","expression":"name.all(%resource.name.count() > 0)"}]}"""));
        var issue = Assert.Single(validator.Validate(Names(5_000), "urn:test:profile").Issues);
        Assert.Equal((IssueSeverity.Error, "too-costly", "t-1", "Patient"), (issue.Severity, issue.Code, issue.Rule, issue.Location));
        Assert.StartsWith("t-1 was not checked", issue.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_found_before_the_end_is_told()
    {
        var errors = Validator(Profile("Patient", EachLooksAtAll)).Validate(
            Names(10_000).Replace("{\"family\":\"a\"}]", "{\"family\":\"\"}]", StringComparison.Ordinal).Replace(
                "\"name\"", "\"gender\":\"nobody's\",\"name\"", StringComparison.Ordinal),
            "urn:test:profile").Errors().ToList();
        Assert.Equal("Patient.gender:binding(code-invalid)", errors[0]);
        Assert.EndsWith(":limits(too-costly)", errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_condition_of_an_extension_shares_the_work_of_the_validation()
    {
        var extension = Profile("Extension", """{"path":"Extension.url","fixedUri":"urn:test:x"}""", "urn:test:x").Replace(
            "\"kind\":\"resource\"",
            "\"kind\":\"complex-type\",\"context\":[{\"type\":\"fhirpath\",\"expression\":\"Patient.descendants()\"}],\"contextInvariant"
                + "\":[\"%resource.descendants().count() > 0\"]",
            StringComparison.Ordinal);
        string Of(int count) =>
            $"{{{Patient},\"name\":[{Many(count, _ => """{"family":"a","extension":[{"url":"urn:test:x","valueString":"v"}]}""")}]}}";
        Assert.Empty(Validator(extension).Validate(Of(20)).Issues);
        Assert.Equal("too-costly", Assert.Single(Validator(extension).Validate(Of(5_000)).Issues).Code);
    }

    [Fact]
    public void Trials_share_the_work_of_the_validation()
    {
        // Every patient must conform to a profile that goes through all of it for each name.
        var validator = Validator(
            Profile("Patient", EachLooksAtAll, "urn:test:patient"),
            Profile(
                "Bundle",
                """
                {"path":"Bundle","constraint":[{"key":"t-2","severity":"error","human":"h",
                "expression":"entry.resource.all(conformsTo('urn:test:patient'))"}]}
                """));
        var bundle = Bundle("collection", 20, i => Entry(i, Names(2_000)[1..^1]));
        Assert.Equal("too-costly", Assert.Single(validator.Validate(bundle, "urn:test:profile").Issues).Code);
    }

    [Theory]
    [InlineData("slices", 2)]
    [InlineData("names", 2)]
    [InlineData("bundle", 2)]
    [InlineData("extensions", 2)]
    [InlineData("codings", 2)]
    [InlineData("components", 2)]
    public void Twice_as_much_is_twice_the_work(string what, int times)
    {
        var validator = Validator(Profile(
            "Observation",
            """{"path":"Observation.component","slicing":{"discriminator":[{"type":"pattern","path":"code"}],"rules":"open"}},"""
                + """{"path":"Observation.component","sliceName":"a"},{"path":"Observation.component.code","patternCodeableConcept":"""
                + """{"text":"a"}}"""));
        var (once, more) = (validator.Validate(Of(2_000)), validator.Validate(Of(2_000 * times)));
        Assert.Empty(more.Errors());
        Assert.InRange(more.Steps / (double)once.Steps, 0.95 * times, 1.05 * times);

        string Of(int count) => what switch
        {
            "slices" =>
                $"{{{Observation},\"meta\":{{\"profile\":[\"urn:test:profile\"]}},\"component\":["
                    + Many(count, i => $$$"""{"code":{"text":"{{{"ab"[i % 2]}}}"}}""") + "]}",
            "names" => Names(count),
            "bundle" => Bundle("collection", count, i => Entry(i, Patient)),
            "extensions" => $"{{{Patient},\"extension\":[{Many(count, i => $$"""{"url":"http://a.example/{{i}}","valueString":"v"}""")}]}}",
            "codings" =>
                $"{{{Patient},\"maritalStatus\":{{\"coding\":["
                    + Many(count, i => $$"""{"system":"http://a.example/{{i}}","code":"c"}""") + "]}}",
            _ => $"{{{Observation},\"component\":[{Many(count, _ => Component)}]}}",
        };
    }

    [Fact]
    public void Work_is_counted_alike_every_time()
    {
        var validator = new FhirValidator();
        Assert.Equal(validator.Validate(Names(100)).Steps, validator.Validate(Names(100)).Steps);
        Assert.InRange(validator.Validate(Names(100)).Steps, 100, 10_000);
    }

    private const string Component =
        """{"code":{"text":"a"},"valueQuantity":{"value":1,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}""";

    private static string Names(int count) => $"{{{Patient},\"name\":[{Many(count, _ => "{\"family\":\"a\"}")}]}}";
}
