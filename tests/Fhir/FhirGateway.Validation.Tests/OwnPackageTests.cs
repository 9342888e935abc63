using FhirGateway.Packages;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests;

/// <summary>The package that this repository publishes: profiles/.</summary>
public sealed class OwnPackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-own-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("profiles")]
    [InlineData("profiles/terminology")]
    public void It_packs_installs_and_every_definition_in_it_is_valid(string folder)
    {
        var installed = Install(folder);
        var validator = ValidatorOf(installed);

        Assert.NotEmpty(installed.Index.Entries);
        Assert.All(installed.Index.Entries, entry => IsValid(validator, entry.File, installed.Read(entry)));
    }

    [Fact]
    public void Each_of_its_profiles_compiles()
    {
        var installed = Install("profiles");
        var validator = ValidatorOf(installed);

        Assert.All(
            installed.Index.Entries.Where(entry => entry.ResourceType == "StructureDefinition"),
            entry => Assert.NotEmpty(validator.Describe(entry.Url!)));
    }

    private InstalledPackage Install(string folder)
    {
        using var archive = new MemoryStream();
        var manifest = PackageArchive.Pack(Path.Combine(Repository.Root, folder), archive);
        archive.Position = 0;
        return new PackageCache(_folder.FullName).Install(archive, manifest.Id);
    }

    private static FhirValidator ValidatorOf(InstalledPackage package) =>
        new(new DefinitionSet(new CanonicalResolver([package]).Find), new ValidationOptions { RefuseUnknownProfiles = true });

    private static void IsValid(FhirValidator validator, string name, byte[] json)
    {
        var result = validator.Validate(json);
        var errors = result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(issue => issue.Text);
        Assert.True(result.IsValid, $"{name}: {string.Join('\n', errors)}");
    }
}
