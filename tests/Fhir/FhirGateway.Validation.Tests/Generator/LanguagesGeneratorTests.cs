using FhirGateway.Generator.Languages;
using FhirGateway.Testing;

namespace FhirGateway.Validation.Tests.Generator;

public sealed class LanguagesGeneratorTests
{
    [NpmFact]
    public void Regenerating_the_languages_yields_the_committed_file_byte_for_byte()
    {
        var file = Assert.Single(LanguagesGenerator.Generate(LanguagesGenerator.Source.Download()));
        Assert.True(
            File.ReadAllText(Path.Combine(Repository.Root, file.Path)) == file.Text,
            $"{file.Path} differs: run the generator (FhirGateway.Generator languages <repository root>) and commit what it writes");
    }
}
