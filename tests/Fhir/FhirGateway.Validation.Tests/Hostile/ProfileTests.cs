using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Profiles by the thousand, slices by the thousand, and profiles on targets that refer to each other.</summary>
[Collection(WeighedAlone.Name)]
public sealed class ProfileTests
{
    [Fact]
    public void A_profile_claimed_ten_thousand_times_is_applied_once()
    {
        var validator = Validator(Profile("Observation", """{"path":"Observation.subject","min":1}"""));
        var result = validator.Validate($"{{{Observation},\"meta\":{{\"profile\":[{Many(10_000, _ => "\"urn:test:profile\"")}]}}}}");
        Assert.Equal(["Observation:cardinality(required)"], result.Errors());
    }

    [Fact]
    public void An_unknown_profile_claimed_ten_thousand_times_is_one_warning()
    {
        var result = new FhirValidator().Validate(
            $"{{{Observation},\"meta\":{{\"profile\":[{Many(10_000, _ => "\"urn:test:nobody\"")}]}}}}");
        Assert.Equal("profile-known", Assert.Single(result.Issues).Rule);
    }

    [Fact]
    public void A_thousand_profiles_are_all_applied()
    {
        var validator = Validator([.. Enumerable.Range(0, 1000).Select(i => Profile(
            "Observation",
            $$"""{"path":"Observation","constraint":[{"key":"t-{{i}}","severity":"error","human":"h","expression":"status.exists() """
                + $$"""and {{i}} != 999"}]},{"path":"Observation.status","min":1}""",
            "urn:test:p" + i))]);
        var result = validator.Validate($"{{{Observation},\"meta\":{{\"profile\":[{Many(1000, i => $"\"urn:test:p{i}\"")}]}}}}");
        Assert.Equal(["Observation:t-999(invariant)"], result.Errors());
    }

    [Fact]
    public void More_profiles_than_anybody_needs_are_refused()
    {
        var validator = Validator([.. Enumerable.Range(0, 2100).Select(
            i => Profile("Observation", """{"path":"Observation.status","min":1}""", "urn:test:p" + i))]);
        var result = validator.Validate($"{{{Observation},\"meta\":{{\"profile\":[{Many(2100, i => $"\"urn:test:p{i}\"")}]}}}}");
        Assert.Equal(["Observation:profile-usable(exception)"], result.Errors());
    }

    [Fact]
    public void Profiles_on_targets_that_refer_to_each_other_end_all_the_same()
    {
        // Every one of forty refers to all forty, and each must conform to the profile that says so.
        var validator = Validator(Target("a", "b"), Target("b", "a"));
        Assert.Empty(validator.Validate(Graph(40, "final")).Issues);
        AssertGrowth(validator, Graph(20, "final"), Graph(40, "final"), 4);
    }

    [Fact]
    public void Targets_that_do_not_conform_are_found_out_once()
    {
        // A failure used to be tried again at every reference: 30 to the power of the nesting.
        var validator = Validator(Target("a", "b"), Target("b", "a"));
        var result = validator.Validate(Graph(30, "amended"));
        Assert.Contains("Bundle.entry[0].resource.status:fixed-value(value)", result.Errors());
        Assert.Contains("Bundle.entry[0].resource.hasMember[0]:reference-target(structure)", result.Errors());
    }

    [Fact]
    public void Slices_by_the_profile_of_a_target_that_leads_back_end_all_the_same()
    {
        string BySlice(string url, string target) => Profile("Observation",
            $$$"""
            {"path":"Observation.hasMember","slicing":{"discriminator":[{"type":"profile","path":"resolve()"}],"rules":"closed"}},
            {"path":"Observation.hasMember","sliceName":"x","type":[{"code":"Reference","targetProfile":["urn:test:{{{target}}}"]}]}
            """,
            "urn:test:" + url);
        var validator = Validator(BySlice("a", "b"), BySlice("b", "a"));
        Assert.Empty(validator.Validate(Graph(20, "final")).Errors());
    }

    [Fact]
    public void Slices_without_a_discriminator_that_contain_themselves_end_all_the_same()
    {
        const string twice = """{"path":"Extension.extension","slicing":{"rules":"closed"}},"""
            + """{"path":"Extension.extension","sliceName":"a","type":[{"code":"Extension","profile":["urn:test:x"]}]},"""
            + """{"path":"Extension.extension","sliceName":"b","type":[{"code":"Extension","profile":["urn:test:x"]}]}""";
        var validator = Validator(
            Profile("Extension", twice + """,{"path":"Extension.url","fixedUri":"urn:test:x"}""", "urn:test:x"),
            Profile(
                "Patient",
                """{"path":"Patient.extension","slicing":{"rules":"closed"}},{"path":"Patient.extension","sliceName":"a","type":"""
                    + """[{"code":"Extension","profile":["urn:test:x"]}]}"""));
        string Extensions(string bottom) =>
            $"{{{Patient},\"extension\":[{Nested(30, """{"url":"urn:test:x","extension":[""", bottom, "]}")}]}}";
        Assert.Empty(validator.Validate(Extensions("""{"url":"urn:test:x","valueString":"v"}"""), "urn:test:profile").Errors());
        Assert.Contains(
            validator.Validate(Extensions("""{"url":"urn:test:x","valueString":""}"""), "urn:test:profile").Errors(),
            error => error.EndsWith(".value:format(value)", StringComparison.Ordinal));
    }

    [Fact]
    public void Ten_thousand_slices_are_told_apart()
    {
        var validator = Validator(SlicedByCode("closed", false, [.. Enumerable.Range(0, 10_000).Select(i => "s" + i)]));
        Assert.Empty(validator.Validate(Components("s9999", "s5000"), "urn:test:profile").Errors());
        Assert.Equal(["Observation:cardinality(structure)"], validator.Validate(Components("s9999", "s9999"), "urn:test:profile").Errors());
        var none = validator.Validate(Components("x"), "urn:test:profile");
        Assert.Equal(["Observation.component[0]:slicing(structure)"], none.Errors());
        Assert.InRange(none.Issues[0].Text.Length, 1, 400);
    }

    [Theory]
    [InlineData("open", "abab")]
    [InlineData("openAtEnd", "aabbxx")]
    public void A_hundred_thousand_sliced_elements_are_assigned(string rules, string codes)
    {
        var validator = Validator(SlicedByCode(rules, rules == "openAtEnd", "a", "b"));
        string Spread(int count) => Components([.. Enumerable.Range(0, count).Select(i => codes.Substring(i * codes.Length / count, 1))]);
        Assert.Empty(validator.Validate(Spread(100_000), "urn:test:profile").Errors());
        AssertGrowth(validator, Spread(2_000), Spread(4_000), 2, "urn:test:profile");
    }

    private static string Target(string url, string target) => Profile("Observation",
        $$"""{"path":"Observation.status","fixedCode":"final"},{"path":"Observation.hasMember","type":"""
            + $$"""[{"code":"Reference","targetProfile":["urn:test:{{target}}"]}]}""", "urn:test:" + url);

    private static string Graph(int count, string status) => Bundle("collection", count, i => Entry(i,
        Observation.Replace("final", status, StringComparison.Ordinal) + ",\"meta\":{\"profile\":[\"urn:test:a\"]},\"hasMember\":["
        + Many(count, to => $$"""{"reference":"{{Uuid(to)}}"}""") + "]"));

    private static string SlicedByCode(string rules, bool ordered, params string[] names) => Profile(
        "Observation",
        """{"path":"Observation.component","slicing":{"discriminator":[{"type":"pattern","path":"code"}],"""
        + $" \"rules\":\"{rules}\",\"ordered\":{(ordered ? "true" : "false")}}}}},"
        + Many(names.Length, i => Named(names[i], names.Length > 2 ? "1" : "*")));

    private static string Named(string slice, string max) =>
        $$$"""
        {"path":"Observation.component","sliceName":"{{{slice}}}","max":"{{{max}}}"},
        {"path":"Observation.component.code","patternCodeableConcept":{"text":"{{{slice}}}"}}
        """;

    private static string Components(params string[] codes) =>
        $"{{{Observation},\"component\":[{Many(codes.Length, i => "{\"code\":{\"text\":\"" + codes[i] + "\"}}")}]}}";
}
