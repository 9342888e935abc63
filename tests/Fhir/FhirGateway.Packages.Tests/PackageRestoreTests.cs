using System.Net;

namespace FhirGateway.Packages.Tests;

public sealed class PackageRestoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-restore-");
    private readonly LoopbackRegistry _registry = new();
    private readonly SocketsHttpHandler _handler = new();

    private PackageCache Cache => new(Path.Combine(_folder.FullName, "cache"));

    public void Dispose()
    {
        _handler.Dispose();
        _registry.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_package_comes_with_all_it_depends_on()
    {
        _registry.Publish(PackageFiles.Packed("a.pkg", "1.0.0", """{"b.pkg":"2.x"}"""), "a.pkg", "1.0.0");
        _registry.Publish(PackageFiles.Packed("b.pkg", "2.0.0"), "b.pkg", "2.0.0");
        _registry.Publish(PackageFiles.Packed("b.pkg", "2.1.0", """{"a.pkg":"1.0.0"}"""), "b.pkg", "2.1.0");

        var settled = await RestoreAsync("a.pkg");

        Assert.Equal(["a.pkg#1.0.0", "b.pkg#2.1.0"], settled.Packages.Keys.Select(id => id.ToString()).Order());
        Assert.Empty(settled.Missing);
        Assert.Equal(["a.pkg#1.0.0", "b.pkg#2.1.0"], Cache.List().Select(id => id.ToString()));
    }

    [Fact]
    public async Task A_lock_holds_the_version_until_it_is_lifted()
    {
        _registry.Publish(PackageFiles.Packed("a.pkg", "1.0.0"), "a.pkg", "1.0.0");
        var path = Path.Combine(_folder.FullName, PackageLock.FileName);
        (await RestoreAsync("a.pkg#1.x")).Save(path);
        _registry.Publish(PackageFiles.Packed("a.pkg", "1.1.0"), "a.pkg", "1.1.0");

        Assert.Equal("a.pkg#1.0.0", Assert.Single((await RestoreAsync("a.pkg#1.x", PackageLock.Load(path))).Packages.Keys).ToString());
        Assert.Equal("a.pkg#1.1.0", Assert.Single((await RestoreAsync("a.pkg#1.x")).Packages.Keys).ToString());
    }

    [Fact]
    public async Task An_archive_that_changed_since_it_was_locked_is_not_installed()
    {
        _registry.Publish(PackageFiles.Packed("a.pkg", "1.0.0"), "a.pkg", "1.0.0");
        var locked = await RestoreAsync("a.pkg#1.0.0");
        Directory.Delete(Cache.Root, recursive: true);
        _registry.Publish(
            PackageFiles.Packed("a.pkg", "1.0.0", definitions: ("ValueSet-v.json", """{"resourceType":"ValueSet"}""")), "a.pkg", "1.0.0");

        await Assert.ThrowsAsync<PackageException>(() => RestoreAsync("a.pkg#1.0.0", locked));
        Assert.Empty(Cache.List());
    }

    [Fact]
    public async Task An_archive_that_is_not_the_announced_one_is_not_installed()
    {
        _registry.Publish(
            PackageFiles.Packed("a.pkg", "1.0.0"), "a.pkg", "1.0.0", digest: "sha512-" + Convert.ToBase64String(new byte[64]));
        var error = await Assert.ThrowsAsync<PackageException>(() => RestoreAsync("a.pkg"));
        Assert.Contains("digest differs", error.Message, StringComparison.Ordinal);
        Assert.Empty(Cache.List());
    }

    [Fact]
    public async Task What_is_installed_is_not_fetched_again()
    {
        _registry.Publish(PackageFiles.Packed("a.pkg", "1.0.0"), "a.pkg", "1.0.0");
        await RestoreAsync("a.pkg#1.0.0");
        _registry.Requests.Clear();
        await RestoreAsync("a.pkg#1.0.0");
        Assert.Empty(_registry.Requests);
    }

    [Fact]
    public async Task What_is_in_no_registry_is_listed_as_missing() =>
        Assert.Equal("none.pkg#1.0.0", Assert.Single((await RestoreAsync("none.pkg#1.0.0")).Missing).ToString());

    [Fact]
    public async Task A_registry_that_does_not_answer_is_an_error_and_not_a_missing_package()
    {
        _registry.Broken = HttpStatusCode.InternalServerError;
        await Assert.ThrowsAsync<PackageException>(() => RestoreAsync("a.pkg#1.0.0"));
    }

    private async Task<PackageLock> RestoreAsync(string wanted, PackageLock? locked = null)
    {
        using var http = new HttpClient(_handler, disposeHandler: false);
        return await new PackageRestore(Cache, new PackageRegistry(http, [_registry.Url])).RestoreAsync(
            [PackageId.Parse(wanted)], locked, progress: null, CancellationToken.None);
    }
}
