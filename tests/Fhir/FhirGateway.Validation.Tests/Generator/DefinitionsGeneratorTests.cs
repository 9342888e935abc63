using FhirGateway.Generator;
using FhirGateway.Generator.Definitions;
using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Generator;

public sealed class DefinitionsGeneratorTests
{
    [NpmFact]
    public void Regenerating_the_definitions_yields_the_committed_files_byte_for_byte()
    {
        using var package = DefinitionsPackage.Download();
        var files = DefinitionsGenerator.Generate(package);

        string[] folders = [DefinitionsGenerator.TypesFolder, DefinitionsGenerator.DefinitionsFolder];
        var committed = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder)))
            .Select(path => Path.GetRelativePath(Repository.Root, path));
        Assert.Equal(committed.Order(StringComparer.Ordinal), files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.True(
            File.ReadAllText(Path.Combine(Repository.Root, file.Path)) == file.Text,
            $"{file.Path} differs: run the generator (FhirGateway.Generator definitions <repository root>) and commit what it writes"));
    }

    [Fact]
    public void A_package_that_is_not_the_pinned_one_is_refused()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "not the definitions");
            Assert.Throws<InvalidDataException>(() => DefinitionsPackage.Open(file));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
