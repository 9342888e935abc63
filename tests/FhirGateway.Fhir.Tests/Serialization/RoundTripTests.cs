using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;
using FhirGateway.Testing;

namespace FhirGateway.Fhir.Tests.Serialization;

public class RoundTripTests(ITestOutputHelper output)
{
    [SharedTheory(FhirPackageExamples.Folder)]
    [InlineData("hl7.fhir.us.core-3.1.1.tgz", 200)]
    [InlineData("hl7.fhir.us.core-6.1.0.tgz", 350)]
    public void Every_resource_of_a_published_package_comes_back_as_the_same_json(string package, int atLeast)
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var (name, json) in FhirPackageExamples.Of(package))
        {
            count++;
            if (!FhirJsonDeserializer.TryDeserialize<Resource>(json, out var resource, out var issues)) failures.Add($"{name}: {string.Join("; ", issues)}");
            else if (JsonText.Difference(json, FhirJsonSerializer.SerializeToBytes(resource)) is { } difference) failures.Add($"{name}: {difference}");
        }

        output.WriteLine($"{count} resources");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(count >= atLeast, $"only {count} resources were found in {package}");
    }
}
