using System.Text.Json;
using FhirGateway.Testing;

namespace FhirGateway.FhirPath.Tests.Examples;

/// <summary>What the library's README shows.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public void The_example_of_the_readme_does_what_it_says()
    {
        // <example>
        using var document = JsonDocument.Parse("""
            {"resourceType":"Observation","status":"final","code":{"text":"Glucose"},
             "valueQuantity":{"value":5.4,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """);
        var observation = FhirNode.Of(document.RootElement);

        var isHigh = FhirPathExpression.Compile("value > 5 'mmol/L'");
        Console.WriteLine(isHigh.IsTrue(observation)); // True

        var unit = FhirPathExpression.Compile("value.unit").Evaluate(observation);
        Console.WriteLine($"{unit[0].Location} is {unit[0].Value}"); // Observation.value.unit is mmol/L

        try
        {
            FhirPathExpression.Compile("valu.unit").Check("Observation");
        }
        catch (FhirPathException problem)
        {
            Console.WriteLine(problem.Message); // names what Observation does not have, its line and column
        }
        // </example>
        Assert.True(isHigh.IsTrue(observation));
        Assert.Equal(("Observation.value.unit", "mmol/L"), (unit[0].Location, unit[0].Value));
        Assert.Contains(
            "valu", Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile("valu.unit").Check("Observation")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_shows_this_example() => ReadmeText.AssertShows("FhirPath");
}
