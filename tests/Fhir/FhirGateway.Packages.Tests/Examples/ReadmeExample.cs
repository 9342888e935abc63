using System.Text;
using FhirGateway.Testing;

namespace FhirGateway.Packages.Tests.Examples;

/// <summary>What the library's README shows.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public void The_example_of_the_readme_does_what_it_says()
    {
        var folder = Directory.CreateTempSubdirectory("readme-").FullName;
        try
        {
            // <example>
            // A folder of definitions becomes an archive.
            var manifest = """{"name":"example.fhir.site","version":"1.0.0","fhirVersions":["4.0.1"]}""";
            var ward = """{"resourceType":"ValueSet","url":"http://example.org/wards","version":"1"}""";
            File.WriteAllText(Path.Combine(folder, "package.json"), manifest);
            File.WriteAllText(Path.Combine(folder, "ward.json"), ward);
            using var archive = new MemoryStream();
            PackageArchive.Pack(folder, archive);

            // An archive is installed once, and its definitions are found by their urls.
            archive.Position = 0;
            var cache = new PackageCache(Path.Combine(folder, "cache"));
            cache.Install(archive);
            var packages = cache.FindWithDependencies(PackageId.Parse("example.fhir.site#1.0.0"));
            var wards = new CanonicalResolver(packages).Find("http://example.org/wards");
            Console.WriteLine(Encoding.UTF8.GetString(wards!)); // {"resourceType":"ValueSet", …
            // </example>
            Assert.StartsWith("""{"resourceType":"ValueSet",""", Encoding.UTF8.GetString(wards!), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_readme_shows_this_example() => ReadmeText.AssertShows("Packages");
}
