using FhirGateway.Generator;
using FhirGateway.Generator.Definitions;
using FhirGateway.Testing;

namespace FhirGateway.Fhir.Tests.Generator;

public sealed class DefinitionsGeneratorTests
{
    [NpmFact]
    public void Regenerating_the_definitions_yields_the_committed_files_byte_for_byte()
    {
        using var package = DefinitionsPackage.Download();
        var files = DefinitionsGenerator.Generate(package);

        var committed = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/FhirGateway.Fhir/Definitions/R4")).Select(Path.GetFileName);
        Assert.Equal(committed.Order(StringComparer.Ordinal), files.Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.True(
            File.ReadAllText(Path.Combine(Repository.Root, file.Path)) == file.Text,
            $"{file.Path} differs: run the generator (FhirGateway.Generator definitions <repository root>) and commit what it writes"));
    }
}
