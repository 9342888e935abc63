using FhirGateway.Packages;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests;

/// <summary>The package that this repository publishes: profiles/.</summary>
public sealed class OwnPackageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-own-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void It_packs_installs_and_every_definition_in_it_is_valid()
    {
        using var archive = new MemoryStream();
        var manifest = PackageArchive.Pack(Path.Combine(Repository.Root, "profiles"), archive);
        archive.Position = 0;
        var installed = new PackageCache(_folder.FullName).Install(archive, manifest.Id);
        var resolver = new CanonicalResolver([installed]);
        var validator = new FhirValidator(new DefinitionSet(resolver.Find));

        Assert.NotEmpty(installed.Index.Entries);
        Assert.All(installed.Index.Entries, entry => Assert.True(validator.Validate(installed.Read(entry)).IsValid, entry.File));
    }
}
