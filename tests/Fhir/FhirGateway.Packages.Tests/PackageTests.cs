using System.Formats.Tar;
using FhirGateway.Testing;

namespace FhirGateway.Packages.Tests;

public sealed class PackageTests : IDisposable
{
    private const string Manifest = """{"name":"test.pkg","version":"1.0.0"}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-packages-");

    private PackageCache Cache => new(Path.Combine(_folder.FullName, "cache"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("hl7.fhir.us.core#6.1.0", "hl7.fhir.us.core", "6.1.0")]
    [InlineData("hl7.fhir.us.core@6.1.x", "hl7.fhir.us.core", "6.1.x")]
    [InlineData("hl7.fhir.us.core", "hl7.fhir.us.core", "latest")]
    [InlineData("@org/pkg@1.0.0-ballot", "@org/pkg", "1.0.0-ballot")]
    public void An_id_is_read_as_other_tools_write_it(string text, string name, string version) =>
        Assert.Equal(new PackageId(name, version), PackageId.Parse(text));

    [Theory]
    [InlineData("../../etc#1.0.0")]
    [InlineData("a/b#1.0.0")]
    [InlineData("pkg#../1")]
    [InlineData("..#1")]
    [InlineData("#1.0.0")]
    [InlineData("pkg\n#1.0.0")]
    [InlineData("pkg#1.0.0\n")]
    public void A_name_that_could_leave_the_cache_is_refused(string text) =>
        Assert.Throws<PackageException>(() => PackageId.Parse(text));

    [Theory]
    [InlineData("latest", "6.1.0")]
    [InlineData("6.x", "6.1.0")]
    [InlineData("5.0.x", "5.0.1")]
    [InlineData("5.0.0", "5.0.0")]
    [InlineData("7.0.0-ballot", "7.0.0-ballot")]
    [InlineData("7.x", "7.0.0-ballot")]
    [InlineData("8.x", null)]
    public void The_highest_release_that_fits_is_chosen(string requested, string? expected) =>
        Assert.Equal(expected, PackageVersions.Choose(requested, ["5.0.0", "5.0.1", "6.0.0", "6.1.0", "7.0.0-ballot"]));

    [Fact]
    public void Versions_order_by_number_and_a_prerelease_comes_before_its_release() =>
        Assert.Equal(
            ["1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0", "1.2.0", "1.10.0"],
            new[] { "1.10.0", "1.0.0", "1.0.0-alpha.10", "1.2.0", "1.0.0-alpha", "1.0.0-alpha.2" }.Order(
                Comparer<string>.Create(PackageVersions.Compare)));

    [Theory]
    [InlineData("package/../../outside.json")]
    [InlineData("/tmp/fhirgateway-absolute.json")]
    [InlineData("package\\..\\..\\outside.json")]
    public void A_path_that_leaves_the_folder_is_refused(string path)
    {
        using var archive = PackageFiles.Tar(PackageFiles.TextFile("package/package.json", Manifest), PackageFiles.TextFile(path, "{}"));
        Assert.Throws<PackageException>(() => Cache.Install(archive));
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "outside.json")));
        Assert.Empty(Cache.List());
        Assert.Empty(Directory.GetFileSystemEntries(Cache.Root));
    }

    [Fact]
    public void A_link_in_an_archive_is_refused()
    {
        using var archive = PackageFiles.Tar(
            PackageFiles.TextFile("package/package.json", Manifest),
            new PaxTarEntry(TarEntryType.SymbolicLink, "package/x.json") { LinkName = "/etc/passwd" });
        Assert.Throws<PackageException>(() => Cache.Install(archive));
    }

    [Fact]
    public void A_bomb_stops_at_the_limit_and_leaves_nothing()
    {
        using var archive = PackageFiles.Tar(
            PackageFiles.TextFile("package/package.json", Manifest),
            PackageFiles.TextFile("package/bomb.json", new string('0', 2_000_000)));
        Assert.True(archive.Length < 50_000);
        var error = Assert.Throws<PackageException>(() => Cache.Install(archive, limits: new PackageLimits(1_000_000, 1_000_000, 10)));
        Assert.Contains("bomb.json", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Cache.Root));
    }

    [Fact]
    public void Too_many_files_are_refused()
    {
        using var archive = PackageFiles.Tar([.. Enumerable.Range(0, 5).Select(i => PackageFiles.TextFile($"package/{i}.json", "{}"))]);
        Assert.Throws<PackageException>(() => Cache.Install(archive, limits: new PackageLimits(1000, 1000, 4)));
    }

    [Theory]
    [InlineData("not a gzip at all")]
    [InlineData("")]
    public void A_damaged_archive_is_said_to_be_damaged(string content) =>
        Assert.Throws<PackageException>(() => Cache.Install(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content))));

    [Fact]
    public void A_truncated_archive_installs_nothing()
    {
        var text = string.Concat(Enumerable.Range(0, 5000));
        var archive = PackageFiles.Packed(
            "test.pkg", "1.0.0",
            definitions: (
                "StructureDefinition-a.json",
                $$"""{"resourceType":"StructureDefinition","url":"http://x/a","description":"{{text}}"}"""));
        Assert.Throws<PackageException>(() => Cache.Install(new MemoryStream(archive[..(archive.Length / 2)])));
        Assert.Empty(Cache.List());
    }

    [Fact]
    public void An_archive_that_holds_another_package_is_refused()
    {
        var archive = PackageFiles.Packed("other.pkg", "1.0.0");
        var error = Assert.Throws<PackageException>(() => Cache.Install(new MemoryStream(archive), PackageId.Parse("test.pkg#1.0.0")));
        Assert.Contains("other.pkg#1.0.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Packing_twice_gives_the_same_bytes_and_what_was_packed_installs()
    {
        (string, string)[] definitions = [(
            "StructureDefinition-a.json",
            """{"resourceType":"StructureDefinition","id":"a","url":"http://x/a","version":"1.0.0","kind":"resource","type":"Patient"}""")];
        var archive = PackageFiles.Packed("test.pkg", "1.0.0", definitions: definitions);
        Assert.Equal(archive, PackageFiles.Packed("test.pkg", "1.0.0", definitions: definitions));

        var package = Cache.Install(new MemoryStream(archive));
        Assert.Equal(PackageId.Parse("test.pkg#1.0.0"), Assert.Single(Cache.List()));
        var entry = Assert.Single(package.Index.Entries);
        Assert.Equal(("StructureDefinition", "http://x/a", "Patient"), (entry.ResourceType, entry.Url, entry.Type));
    }

    [Fact]
    public void A_canonical_finds_the_highest_version_or_the_one_it_names()
    {
        var packages = new[] { "1.0.0", "1.2.0" }.Select(version => Cache.Install(new MemoryStream(PackageFiles.Packed(
            "test.pkg", version,
            definitions: ("ValueSet-v.json", $$"""{"resourceType":"ValueSet","url":"http://x/v","version":"{{version}}"}""")))));
        var resolver = new CanonicalResolver(packages.ToList());
        string? Version(string canonical) => resolver.Find(canonical) is { } json
            ? System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("version").GetString()
            : null;

        Assert.Equal("1.2.0", Version("http://x/v"));
        Assert.Equal("1.0.0", Version("http://x/v|1.0.0"));
        Assert.Equal("1.0.0", Version("http://x/v|1.0"));
        Assert.Null(Version("http://x/v|2.0.0"));
        Assert.Null(resolver.Find("http://x/v", "StructureDefinition"));
    }

    [Fact]
    public void An_index_that_names_a_file_elsewhere_is_not_followed()
    {
        using var archive = PackageFiles.Tar(
            PackageFiles.TextFile("package/package.json", Manifest),
            PackageFiles.TextFile(
                "package/.index.json",
                """{"index-version":2,"files":[{"filename":"../../../secret.json","resourceType":"ValueSet","url":"http://x/v"}]}"""));
        Assert.Empty(Cache.Install(archive).Index.Entries);
    }

    [SharedFact("fhir-packages/hl7.fhir.us.core-6.1.0.tgz")]
    public void Us_core_installs_and_its_profiles_are_found()
    {
        using var archive = File.OpenRead(Repository.SharedPath("fhir-packages/hl7.fhir.us.core-6.1.0.tgz")!);
        var package = Cache.Install(archive);
        Assert.Equal("hl7.fhir.us.core#6.1.0", package.Manifest.Id.ToString());
        Assert.NotNull(new CanonicalResolver([package]).Find(
            "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|6.1.0", "StructureDefinition"));
    }
}
