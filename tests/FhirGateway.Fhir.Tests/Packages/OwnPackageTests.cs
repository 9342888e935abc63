using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Validation;
using FhirGateway.Testing;

namespace FhirGateway.Fhir.Tests.Packages;

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

    [Fact]
    public void Every_vendors_words_that_are_translated_have_their_code_system_in_it()
    {
        var published = PackageIndex.Load(Path.Combine(Repository.Root, "profiles")).Entries.Select(entry => entry.Url).ToHashSet();
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "mappings"), "*.json", SearchOption.AllDirectories)
            .Where(file => file.Contains("/conceptmaps/", StringComparison.Ordinal))
            .SelectMany(file => System.Text.Json.JsonElement.Parse(File.ReadAllBytes(file)).GetProperty("group").EnumerateArray())
            .Select(group => group.GetProperty("source").GetString());

        Assert.All(sources, source => Assert.Contains(source, published));
    }
}
