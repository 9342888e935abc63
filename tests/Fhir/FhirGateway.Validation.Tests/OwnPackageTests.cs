using System.Text;
using FhirGateway.Packages;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests;

/// <summary>The package that this repository publishes: profiles/.</summary>
public sealed class OwnPackageTests : IDisposable
{
    private const string Transaction = "urn:fhir-gateway:profile:transaction";

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
    public void Each_of_its_examples_states_a_profile_of_it_and_conforms()
    {
        var installed = Install("profiles");
        var validator = ValidatorOf(installed);
        var examples = Directory.GetFiles(Path.Combine(installed.Folder, "example"), "*.json");

        Assert.NotEmpty(examples);
        Assert.All(examples, file =>
        {
            var json = File.ReadAllBytes(file);
            var name = Path.GetFileNameWithoutExtension(file);
            var profile = "urn:fhir-gateway:profile:" + name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];
            if (profile != Transaction)
                Assert.Contains($"\"{profile}\"", Encoding.UTF8.GetString(json), StringComparison.Ordinal);
            IsValid(validator, name, json, profile);
        });
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

    private static void IsValid(FhirValidator validator, string name, byte[] json, params string[] profiles)
    {
        var result = validator.Validate(json, profiles);
        var errors = result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(issue => issue.Text);
        Assert.True(result.IsValid, $"{name}: {string.Join('\n', errors)}");
    }
}
