using System.Text;

namespace FhirGateway.Packages.Tests;

public sealed class HostilePackageTests : IDisposable
{
    private const string Manifest = """{"name":"test.pkg","version":"1.0.0"}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-hostile-");

    private PackageCache Cache => new(Path.Combine(_folder.FullName, "cache"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('6')]
    public void Links_and_devices_of_every_kind_are_refused(char type) =>
        Refuses(
            "The package holds a link or device, which no FHIR package needs: package/x", TarBytes.File("package/package.json", Manifest),
            TarBytes.Header("package/x", 0, type));

    [Theory]
    [InlineData("")]
    [InlineData("package/.")]
    [InlineData("package")]
    [InlineData("package/package.json/x")]
    [InlineData("package/a\nb")]
    public void A_name_that_a_file_can_not_have_is_refused(string name) =>
        Refuses(
            "The package has a name that can't be a file's", TarBytes.File("package/package.json", Manifest), TarBytes.File(name, "{}"));

    [Fact]
    public void A_name_with_a_zero_in_it_is_refused() =>
        Refuses(
            "The package has a name that can't be a file's", TarBytes.File("package/package.json", Manifest),
            TarBytes.PaxFile("package/a\0b", "{}"));

    [Theory]
    [InlineData("/tmp/fhirgateway-absolute.json")]
    [InlineData("package/../../outside.json")]
    [InlineData("..\\..\\outside.json")]
    public void A_name_can_not_leave_the_folder_in_its_long_form_either(string name) =>
        Refuses(
            "The package has a path that leaves its folder", TarBytes.File("package/package.json", Manifest), TarBytes.PaxFile(name, "{}"));

    [Fact]
    public void A_name_without_end_is_refused_before_it_is_in_memory()
    {
        var zeros = Enumerable.Repeat(new byte[1_000_000], 50);
        foreach (var type in "xL")
        {
            using var archive = TarBytes.Archive(
                [TarBytes.File("package/package.json", Manifest), TarBytes.Header("long", 50_000_000, type), .. zeros]);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal("The package has a name that is too long.", Assert.Throws<PackageException>(() => Cache.Install(archive)).Message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 5_000_000);
        }

        Refuses("The package has a name that can't be a file's: dddd", TarBytes.PaxFile(new string('d', 600), "{}"));
        Refuses(
            "The package has a name that can't be a file's: d/d/",
            TarBytes.PaxFile(string.Concat(Enumerable.Repeat("d/", 300)) + "x", "{}"));
    }

    [Fact]
    public void Long_names_in_either_form_are_read()
    {
        var name = "package/" + new string('a', 150) + ".json";
        foreach (var blocks in (byte[][])[
            TarBytes.PaxFile(name, "{}"), [.. TarBytes.File("././@LongLink", name + "\0", 'L'), .. TarBytes.File("short", "{}")]])
        {
            using var archive = TarBytes.Archive(TarBytes.File("package/package.json", Manifest), blocks);
            Assert.True(File.Exists(Path.Combine(Cache.Install(archive).Folder, Path.GetFileName(name))));
            Directory.Delete(Cache.Root, recursive: true);
        }
    }

    [Theory]
    [InlineData("00077777777")]
    [InlineData("zzzzzzzzzzz")]
    [InlineData("\u0080\0\0\0\u007fÿÿÿÿÿÿÿ")]
    [InlineData("ÿÿÿÿÿÿÿÿÿÿÿÿ")]
    public void A_size_that_lies_is_damage(string size) =>
        Refuses(
            "The package is damaged: it is not a readable gzipped tar.",
            [TarBytes.Header("package/package.json", 0, '0', size), Encoding.UTF8.GetBytes(Manifest)]);

    [Theory]
    [InlineData("99 path=x\n")]
    [InlineData("path=x\n")]
    [InlineData("-5 path=x\n")]
    [InlineData("12 size=-10\n")]
    public void A_pax_header_that_lies_is_damage(string records) =>
        Refuses(
            "The package is damaged: it is not a readable gzipped tar.", TarBytes.File("pax", records, 'x'),
            TarBytes.File("package/package.json", Manifest));

    [Fact]
    public void A_checksum_that_lies_is_damage()
    {
        var header = TarBytes.File("package/package.json", Manifest);
        header[0] ^= 1;
        Refuses("The package is damaged: it is not a readable gzipped tar.", header);
    }

    [Fact]
    public void What_is_not_a_file_counts_against_the_size_too()
    {
        using var archive = TarBytes.Archive(
            [TarBytes.File("package/package.json", Manifest), .. Enumerable.Repeat(TarBytes.Header("package/d/", 0, '5'), 10_000)]);
        Assert.Equal(
            "The package is larger than allowed.",
            Assert.Throws<PackageException>(() => Cache.Install(archive, limits: new PackageLimits(1_000_000, 1_000_000, 10))).Message);
    }

    [Fact]
    public void Files_without_end_stop_at_the_limit()
    {
        using var archive = TarBytes.Archive([
            TarBytes.File("package/package.json", Manifest), .. Enumerable.Range(0, 1_000).Select(i => TarBytes.File($"package/{i}", ""))]);
        Assert.Equal(
            "The package holds more than 100 files.",
            Assert.Throws<PackageException>(() => Cache.Install(archive, limits: new PackageLimits(1_000_000, 1_000_000, 100))).Message);
        Assert.Empty(Directory.GetFileSystemEntries(Cache.Root));
    }

    [Fact]
    public void Of_a_file_that_is_there_twice_the_last_counts_for_every_reader()
    {
        using var archive = TarBytes.Archive(
            TarBytes.File("package/package.json", Manifest),
            TarBytes.File("package/package.json", """{"name":"other.pkg","version":"1.0.0"}"""));
        Assert.Throws<PackageException>(() => Cache.Install(archive, PackageId.Parse("test.pkg#1.0.0")));
        archive.Position = 0;
        Assert.Equal("other.pkg#1.0.0", Cache.Install(archive).Manifest.Id.ToString());
        Assert.Equal("other.pkg#1.0.0", Assert.Single(Cache.List()).ToString());
    }

    [Fact]
    public void A_gzip_of_several_members_is_one_archive_with_one_limit()
    {
        byte[] members = [
            .. TarBytes.Archive(TarBytes.File("package/package.json", Manifest)).ToArray(),
            .. TarBytes.Archive(TarBytes.File("package/a.json", new string(' ', 5_000))).ToArray()];
        Assert.Throws<PackageException>(() => Cache.Install(new MemoryStream(members), limits: new PackageLimits(1_000, 1_000, 10)));
        Assert.True(File.Exists(Path.Combine(Cache.Install(new MemoryStream(members)).Folder, "a.json")));
    }

    public static TheoryData<string, string> Manifests => new()
    {
        { new string('[', 10_000), "package.json is not valid JSON: The maximum configured depth of 64" },
        { """{"name":"test.pkg","name":"evil.pkg","version":"1.0.0"}""", "package.json is not valid JSON: Duplicate" },
        { """{"name":"\ud800","version":"1.0.0"}""", "package.json is not valid JSON: A text holds half a surrogate pair" },
        { """{"name":"test.pkg","version":"1.0.0","x":" """ + new string('x', 1_000_000) + "\"}", "package.json has more than 1000000 "
            + "bytes." },
        { """{"name":"test.pkg","version":1}""", "package.json has no version." },
        { """{"name":"../../x","version":"1.0.0"}""", "'../../x' is not a package name" },
        { """{"name":"test.pkg","version":"1.0.0","dependencies":{"a":"../1"}}""", "'../1' is not a version of a" },
        { "[]", "package.json is not a JSON object." },
    };

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_that_can_not_be_taken_is_refused_with_its_reason(string manifest, string problem) =>
        Refuses(problem, TarBytes.File("package/package.json", manifest));

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("not json")]
    [InlineData("{\"files\":{}}")]
    [InlineData("{\"files\":[{\"filename\":\"\\ud800\",\"resourceType\":\"ValueSet\"}]}")]
    [InlineData("{\"files\":[],\"files\":[]}")]
    public void An_index_that_can_not_be_read_is_made_from_the_files(string index)
    {
        using var archive = TarBytes.Archive(
            TarBytes.File("package/package.json", Manifest), TarBytes.File("package/.index.json", index),
            TarBytes.File("package/a.json", """{"resourceType":"ValueSet","url":"http://x/a"}"""),
            TarBytes.File("package/b.json", """{"resourceType":"\ud800"}"""),
            TarBytes.File("package/c.json", new string('[', 10_000)), TarBytes.File("package/d.json", "[1]"));
        Assert.Equal("http://x/a", Assert.Single(Cache.Install(archive).Index.Entries).Url);
    }

    [Fact]
    public void An_index_of_odd_entries_gives_only_the_good_ones()
    {
        using var archive = TarBytes.Archive(
            TarBytes.File("package/package.json", Manifest),
            TarBytes.File(
                "package/.index.json",
                """{"files":[1,null,[],{"filename":5,"resourceType":"ValueSet"},"""
                    + """{"filename":"..","resourceType":"ValueSet","url":"http://x/up"},"""
                    + """{"filename":"a/b.json","resourceType":"ValueSet"},"""
                            + """{"filename":"missing.json","resourceType":"ValueSet","url":"http://x/a"}]}"""));
        var package = Cache.Install(archive);
        Assert.Equal(["..", "missing.json"], package.Index.Entries.Select(entry => entry.File));
        var resolver = new CanonicalResolver([package]);
        Assert.Contains(
            "does not hold it", Assert.Throws<PackageException>(() => resolver.Find("http://x/up")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "does not hold it", Assert.Throws<PackageException>(() => resolver.Find("http://x/a")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dependencies":{"a.pkg":null},"missing":{}}""")]
    [InlineData("""{"dependencies":{"a.pkg":1},"missing":{}}""")]
    [InlineData("""{"dependencies":{"a.pkg":"1.0.0","a.pkg":"2.0.0"},"missing":{}}""")]
    [InlineData("""{"dependencies":{"a.pkg":"\ud800"},"missing":{}}""")]
    [InlineData("""{"dependencies":[],"missing":{}}""")]
    [InlineData("""{"dependencies":{}}""")]
    [InlineData("""{"dependencies":{"../../a":"1.0.0"},"missing":{}}""")]
    [InlineData("[]")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("")]
    public void A_lock_file_that_can_not_be_read_is_said_to_be_so(string json)
    {
        var path = Path.Combine(_folder.FullName, PackageLock.FileName);
        File.WriteAllText(path, json);
        Assert.Throws<PackageException>(() => PackageLock.Load(path));
    }

    [Fact]
    public void Odd_digests_in_a_lock_file_count_as_missing()
    {
        var path = Path.Combine(_folder.FullName, PackageLock.FileName);
        File.WriteAllText(path, """{"dependencies":{"a.pkg":"1.0.0"},"integrity":{"a.pkg":5},"missing":{}}""");
        Assert.Null(Assert.Single(PackageLock.Load(path)!.Packages).Value);
        using (var sparse = File.Create(path)) sparse.SetLength(3_000_000_000);
        Assert.EndsWith(
            "it has more than 10000000 bytes.", Assert.Throws<PackageException>(() => PackageLock.Load(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_a_package_does_not_hide_the_packages()
    {
        using var archive = TarBytes.Archive(TarBytes.File("package/package.json", Manifest));
        Cache.Install(archive);
        var junk = Directory.CreateDirectory(Path.Combine(Cache.Root, "jun k#b ad", "package"));
        File.WriteAllText(Path.Combine(junk.FullName, "package.json"), "{}");
        Assert.Equal("test.pkg#1.0.0", Assert.Single(Cache.List()).ToString());
    }

    [Fact]
    public void Versions_of_any_number_have_their_order()
    {
        Assert.Equal(
            "10000000000000000000.0.0",
            PackageVersions.Choose("latest", ["1.0.0", "9999999999999999999.0.0", "10000000000000000000.0.0", "5.0.0"]));
        Assert.Equal(0, PackageVersions.Compare("1.007.0", "1.7.0"));
        Assert.Equal("1.0.99999", PackageVersions.Choose("1.0.x", Enumerable.Range(0, 100_000).Select(i => $"1.0.{i}")));
    }

    private void Refuses(string problem, params byte[][] blocks)
    {
        using var archive = TarBytes.Archive(blocks);
        var error = Assert.Throws<PackageException>(() => Cache.Install(archive));
        Assert.StartsWith(problem, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 10, 400);
        Assert.Empty(Directory.GetFileSystemEntries(Cache.Root));
        Assert.Single(Directory.GetFileSystemEntries(_folder.FullName));
    }
}
