using System.Text;
using FhirGateway.Testing;
using Hl7.Fhir.Model;

namespace FhirGateway.Validation.Tests.Examples;

/// <summary>What the library's README shows.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public void The_example_of_the_readme_does_what_it_says()
    {
        // <example>
        var validator = new FhirValidator();

        var result = validator.Validate(Encoding.UTF8.GetBytes("""
            {
              "resourceType": "Patient",
              "birthDate": "1999-02-30"
            }
            """));
        foreach (var issue in result.Issues)
        {
            // 3:16 Error at Patient.birthDate: …
            Console.WriteLine($"{issue.Line}:{issue.Column} {issue.Severity} at {issue.Location}: {issue.Text}");
        }

        // An object of the FHIR SDK, and a profile beside those in its meta.profile.
        var weight = new Observation { Status = ObservationStatus.Final, Code = new CodeableConcept { Text = "Weight" } };
        OperationOutcome outcome = validator.Validate(weight, ["http://hl7.org/fhir/StructureDefinition/bodyweight"]);
        Console.WriteLine(outcome.Issue[0].Severity); // Error
        // </example>
        var found = Assert.Single(result.Issues);
        Assert.Equal((3, 16, IssueSeverity.Error, "Patient.birthDate"), (found.Line, found.Column, found.Severity, found.Location));
        Assert.Equal(OperationOutcome.IssueSeverity.Error, outcome.Issue[0].Severity);
    }

    [Fact]
    public void The_readme_shows_this_example() => ReadmeText.AssertShows("Validation");
}
