using System.Net;
using System.Security.Cryptography;
using FhirGateway.Testing;

namespace FhirGateway.Packages.Tests;

public sealed class HostileRegistryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-registry-");
    private readonly AnsweringHandler _handler;
    private readonly HttpClient _http;
    private Func<string, HttpContent?> _answer = _ => null;

    public HostileRegistryTests()
    {
        _handler = new AnsweringHandler((request, _) => Task.FromResult(
            _answer(Uri.UnescapeDataString(request.RequestUri!.AbsolutePath).Trim('/')) is { } content
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = content }
                : new HttpResponseMessage(HttpStatusCode.NotFound)));
        _http = new HttpClient(_handler) { Timeout = TimeSpan.FromMinutes(1) };
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("not json", "not every registry answered")]
    [InlineData("""{"versions":[]}""", null)]
    [InlineData("""{"dist-tags":[],"versions":{}}""", null)]
    [InlineData("""{"dist-tags":{"latest":5},"versions":{}}""", null)]
    [InlineData("""{"versions":{"1.0.0":[]}}""", "lists a.pkg#1.0.0 without a tarball")]
    [InlineData("""{"versions":{"1.0.0":{"dist":1}}}""", "lists a.pkg#1.0.0 without a tarball")]
    [InlineData("""{"versions":{"1.0.0":{"dist":{"tarball":1}}}}""", "lists a.pkg#1.0.0 without a tarball")]
    [InlineData("""{"versions":{"1.0.0":{"dist":{"tarball":"http://["}}}}""", "to what is not a web address (http://[)")]
    [InlineData(
        """{"versions":{"1.0.0":{"dist":{"tarball":"file:///etc/passwd"}}}}""", "to what is not a web address (file:///etc/passwd)")]
    [InlineData(
        """{"versions":{"1.0.0":{"dist":{"tarball":"ftp://registry.test/a.tgz"}}}}""",
        "to what is not a web address (ftp://registry.test/a.tgz)")]
    [InlineData(
        """{"versions":{"1.0.0":{"dist":{"tarball":"http://elsewhere.test/a.tgz"}}}}""", "to an unencrypted other host (elsewhere.test)")]
    [InlineData("""{"versions":{"1.0.0":{"dist":{"tarball":"https://registry.test/a.tgz"}}}}""", "gives no digest")]
    [InlineData(
        """{"versions":{"1.0.0":{"dist":{"tarball":"https://registry.test/a.tgz","integrity":5,"shasum":[]}}}}""", "gives no digest")]
    [InlineData("""{"versions":{"../../x":{"dist":{"tarball":"https://registry.test/a.tgz"}}}}""", "'../../x' is not a version of a.pkg")]
    [InlineData("""{"versions":{"\ud800":{}}}""", "not every registry answered")]
    [InlineData("""{"versions":{"1.0.0":{},"1.0.0":{}}}""", "not every registry answered")]
    public async Task A_listing_that_can_not_be_taken_is_refused_with_its_reason(string listing, string? problem)
    {
        _answer = _ => new StringContent(listing);
        if (problem is null)
        {
            Assert.Null(await Registry().FindAsync(PackageId.Parse("a.pkg"), default));
        }
        else
        {
            Assert.Contains(
                problem,
                (await Assert.ThrowsAsync<PackageException>(() => Registry().FindAsync(PackageId.Parse("a.pkg"), default))).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_listing_nested_without_end_does_not_count_as_an_answer()
    {
        _answer = _ => new StringContent(new string('[', 100_000));
        Assert.Contains(
            "not every registry answered",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().FindAsync(PackageId.Parse("a.pkg"), default))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_read_up_to_a_limit()
    {
        _answer = _ => new EndlessContent(dribbles: false);
        Assert.Equal(
            "https://registry.test/a.pkg sends more than 20000000 bytes.",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().FindAsync(PackageId.Parse("a.pkg"), default))).Message);
        Assert.Equal(
            "https://registry.test/a.tgz sends more than 1000000 bytes.",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().DownloadAsync(Published(), default))).Message);
    }

    [Fact]
    public async Task An_answer_that_dribbles_without_end_times_out()
    {
        // Nothing here can arrive in time, however fast the machine is; all other tests have a minute.
        _http.Timeout = TimeSpan.FromMilliseconds(200);
        _answer = _ => new EndlessContent(dribbles: true);
        Assert.Contains(
            "not every registry answered",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().FindAsync(PackageId.Parse("a.pkg"), default))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "a.pkg#1.0.0 could not be downloaded from https://registry.test/a.tgz: ",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().DownloadAsync(Published(), default))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_fails_says_so_and_leaves_no_file()
    {
        var before = Directory.GetFiles(Path.GetTempPath()).Length;
        Assert.Equal(
            "https://registry.test/a.tgz answered 404.",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().DownloadAsync(Published(), default))).Message);
        _answer = _ => throw new HttpRequestException("reset");
        Assert.Equal(
            "a.pkg#1.0.0 could not be downloaded from https://registry.test/a.tgz: reset",
            (await Assert.ThrowsAsync<PackageException>(() => Registry().DownloadAsync(Published(), default))).Message);
        _answer = _ => new StringContent("another archive");
        Assert.Contains(
            "digest differs", (await Assert.ThrowsAsync<PackageException>(() => Registry().DownloadAsync(Published(), default))).Message,
            StringComparison.Ordinal);
        Assert.InRange(Directory.GetFiles(Path.GetTempPath()).Length, 0, before + 50);
    }

    [Fact]
    public async Task Cancelling_is_not_a_package_error()
    {
        _answer = _ => new EndlessContent(dribbles: true);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Registry().DownloadAsync(Published(), cancelled.Token));
    }

    [Theory]
    [InlineData("a registry that names a new package in each")]
    [InlineData("a package that names thousands")]
    public async Task Dependencies_without_end_have_one(string what)
    {
        var isWide = what.StartsWith("a package", StringComparison.Ordinal);
        var archives = new Dictionary<string, byte[]>();
        _answer = path =>
        {
            var name = path.Split('/')[0];
            var number = int.Parse(name[1..^4], System.Globalization.CultureInfo.InvariantCulture);
            if (!archives.TryGetValue(name, out var archive))
            {
                archives[name] = archive = Archive(name, isWide ? (number == 0 ? Enumerable.Range(1, 5_000) : []) : [number + 1]);
            }

            return path.Contains('/', StringComparison.Ordinal)
                ? new ByteArrayContent(archive)
                : new StringContent("{\"versions\":{\"1.0.0\":{\"dist\":{\"tarball\":\"https://registry.test"
                    + "/" + name + "/1\",\"integrity\":\"sha512-" + Convert.ToBase64String(SHA512.HashData(archive)) + "\"}}}}");
        };
        var restore = new PackageRestore(new PackageCache(_folder.FullName), Registry());
        var error = await Assert.ThrowsAsync<PackageException>(
            () => restore.RestoreAsync([PackageId.Parse("p0.pkg")], null, null, default));
        Assert.StartsWith(
            "More than 1000 packages are asked for, the last by a dependency on p1000.pkg#1.0.0", error.Message, StringComparison.Ordinal);
        Assert.Equal(2_000, _handler.Requests.Count);
    }

    private static byte[] Archive(string name, IEnumerable<int> dependencies) =>
        TarBytes.Archive(TarBytes.File(
            "package/package.json",
            "{\"name\":\"" + name + "\",\"version\":\"1.0.0\",\"dependencies\":{" + string.Join(
                ',', dependencies.Select(i => $"\"p{i}.pkg\":\"1.0.0\"")) + "}}")).ToArray();

    private static PublishedPackage Published() =>
        new(PackageId.Parse("a.pkg#1.0.0"), new Uri("https://registry.test/a.tgz"), new PackageDigest("sha512-AA=="));

    private PackageRegistry Registry() => new(_http, [new Uri("https://registry.test/")], mostBytes: 1_000_000);

    /// <summary>A body that never ends: as fast as it is read, or a byte and then nothing.</summary>
    private sealed class EndlessContent(bool dribbles) : HttpContent
    {
        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new EndlessStream(dribbles));

        protected override Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) => CreateContentReadStreamAsync();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class EndlessStream(bool dribbles) : Stream
    {
        private bool _isRead;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (dribbles && _isRead) await Task.Delay(Timeout.Infinite, cancellationToken);
            _isRead = true;
            buffer.Span.Fill((byte)' ');
            return dribbles ? 1 : buffer.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
