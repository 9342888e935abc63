using FhirGateway.Testing;
using FhirGateway.Validation.Tests.Oracle;

namespace FhirGateway.Validation.Tests;

/// <summary>
/// What real profiles compile to, line for line as in <c>Listings/NAME.txt</c>, so that a change to the compiler shows as a diff that a
/// person can judge.
/// After a wanted change: <c>FHIRGATEWAY_TEST_REGENERATE=1 dotnet test --project tests/Fhir/FhirGateway.Validation.Tests
/// --filter-class '*GoldenListingTests'</c>, then read the diff.
/// </summary>
public sealed class GoldenListingTests
{
    private static readonly bool Regenerates = Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_REGENERATE") == "1";

    [Fact]
    public void A_profile_of_R4_compiles_to_what_is_listed() =>
        Check(new FhirValidator(), "http://hl7.org/fhir/StructureDefinition/bp", "bp");

    [SharedTheory(UsCore.Package)]
    [InlineData("us-core-patient")]
    [InlineData("us-core-blood-pressure")]
    public void A_profile_of_US_Core_compiles_to_what_is_listed(string name)
    {
        using var uscore = UsCore.Open();
        Check(new FhirValidator(uscore.Definitions), "http://hl7.org/fhir/us/core/StructureDefinition/" + name, name);
    }

    private static void Check(FhirValidator validator, string canonical, string name)
    {
        var actual = string.Concat(validator.Describe(canonical).Select(line => line.ReplaceLineEndings(" ") + "\n"));
        var path = Path.Combine(Repository.Root, "tests/Fhir/FhirGateway.Validation.Tests/Listings", name + ".txt");
        if (Regenerates) File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
