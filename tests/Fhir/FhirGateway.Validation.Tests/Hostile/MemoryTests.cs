using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>A validator lives as long as the program, so nothing that is sent to it may stay.</summary>
[Collection(WeighedAlone.Name)]
public sealed class MemoryTests
{
    private static readonly FhirValidator Plain = new();

    [Fact]
    public void Rules_of_a_definition_that_is_only_looked_at_are_not_kept() =>
        AssertKeepsNothing(
            40,
            number =>
                Profile(
                    "Patient", $"{{\"id\":\"Patient\",\"path\":\"Patient\",\"constraint\":[{Many(500, i => Constraint(number, i))}]}}"));

    [Fact]
    public void Expressions_of_search_parameters_are_not_kept() =>
        AssertKeepsNothing(100, number => SearchParameter($"Patient.name.where(family = '{number}{new string('x', 50_000)}')"));

    [Theory]
    [InlineData(""" "meta":{"profile":["URL"]} """)]
    [InlineData(""" "extension":[{"url":"URL","valueString":"a"}] """)]
    [InlineData(""" "maritalStatus":{"coding":[{"system":"URL","code":"a"}]} """)]
    [InlineData(""" "meta":{"tag":[{"system":"URL","code":"a"}]} """)]
    public void Urls_of_any_length_are_not_kept(string member) =>
        AssertKeepsNothing(
            100,
            number =>
                $"{{{Patient}"
                    + $",{member.Replace("URL", $"http://a.example/{number}/{new string('x', 100_000)}", StringComparison.Ordinal)}}}");

    private static string Constraint(int definition, int number) =>
        $$"""{"key":"k-{{definition}}-{{number}}","severity":"error","human":"{{new string('h', 500)}}","expression":"name.exists() """
            + $$"""or {{number}} = {{definition}}"}""";

    private static void AssertKeepsNothing(int times, Func<int, string> resource)
    {
        Plain.Validate(resource(0));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 1; i < times; i++) Plain.Validate(resource(i));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 * 1024 * 1024);
    }
}
