using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Packages;

/// <summary>
/// Package registries that speak the npm-style protocol (https://registry.fhir.org/learn): <c>GET base/name</c> lists the
/// versions with their tarballs and digests.
/// </summary>
/// <param name="http">Its timeout bounds every answer, the body included; proxies are the host's; no base address is needed.</param>
/// <param name="registries">Base URLs, asked in order; the first that has a package serves it.</param>
/// <param name="mostBytes">The largest archive that is downloaded.</param>
public sealed class PackageRegistry(HttpClient http, IReadOnlyList<Uri> registries, long mostBytes = 300_000_000)
{
    private const int MostListing = 20_000_000;

    /// <summary>The public FHIR registries.</summary>
    public static IReadOnlyList<Uri> PublicRegistries { get; } = [
        new("https://packages.fhir.org"), new("https://packages2.fhir.org/packages")];

    /// <summary>The exact package that a request means; null when no registry has one.</summary>
    /// <exception cref="PackageException">No registry could be asked.</exception>
    public async Task<PublishedPackage?> FindAsync(PackageId requested, CancellationToken cancellationToken)
    {
        List<string> failures = [];
        foreach (var registry in registries)
        {
            try
            {
                if (await FindInAsync(registry, requested, cancellationToken).ConfigureAwait(false) is { } found) return found;
            }
            catch (Exception error) when (IsFailure(error, cancellationToken) || error is JsonException)
            {
                failures.Add($"{registry}: {error.Message}");
            }
        }

        // A registry that did not answer may have it: "not found" would be a guess.
        return failures.Count == 0
            ? null
            : throw new PackageException($"{requested} was not found, and not every registry answered: {string.Join("; ", failures)}");
    }

    /// <summary>Downloads an archive to a file that goes with the stream, and checks its digest before anything reads it.</summary>
    /// <returns>The archive, at its start.</returns>
    /// <exception cref="PackageException">Too large, too slow, unreachable, or not the archive that the registry announced.</exception>
    public async Task<Stream> DownloadAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        var archive = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81_920,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            var status = await GetAsync(package.Tarball, archive, mostBytes, cancellationToken).ConfigureAwait(false);
            if (status != HttpStatusCode.OK) throw new PackageException($"{package.Tarball} answered {(int)status}.");
            archive.Position = 0;
            if (!package.Digest.Matches(archive))
            {
                throw new PackageException($"{package.Id} from {package.Tarball} is not the archive its registry announced (digest "
                    + "differs); it was not installed.");
            }

            archive.Position = 0;
            return archive;
        }
        catch (Exception error)
        {
            await archive.DisposeAsync().ConfigureAwait(false);
            if (IsFailure(error, cancellationToken))
            {
                throw new PackageException($"{package.Id} could not be downloaded from {package.Tarball}: {error.Message}", error);
            }

            throw;
        }
    }

    private static bool IsFailure(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException || (error is IOException and not PackageException)
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private async Task<PublishedPackage?> FindInAsync(Uri registry, PackageId requested, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var status = await GetAsync(
            new Uri(registry.AbsoluteUri.TrimEnd('/') + "/" + Uri.EscapeDataString(requested.Name)), bytes, MostListing,
            cancellationToken).ConfigureAwait(false);
        if (status is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
        if (status != HttpStatusCode.OK) throw new HttpRequestException($"It answered {(int)status}.", null, status);
        var listing = ForeignJson.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), maxDepth: 64);
        if (listing.Member("versions") is not { ValueKind: JsonValueKind.Object } versions) return null;

        var version = requested.Version == "latest" && listing.Member("dist-tags")?.Text("latest") is { } latest
            ? latest
            : PackageVersions.Choose(
                requested.Version, versions.EnumerateObject().Select(item => item.Name).Where(name => name.Length <= PackageId.MaxVersion));
        if (version is null || versions.Member(version) is not { } chosen) return null;
        var id = PackageId.Create(requested.Name, version);
        var dist = chosen.Member("dist") ?? default;
        if (dist.Text("tarball") is not { } tarball) throw new PackageException($"{registry} lists {id} without a tarball.");
        if (!Uri.TryCreate(registry, tarball, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new PackageException(
                $"{registry} points {id} to what is not a web address ({PackageException.Shown(tarball)}); it was not fetched.");
        }

        if (url.Scheme != Uri.UriSchemeHttps && url.Host != registry.Host)
        {
            throw new PackageException(
                $"{registry} points {id} to an unencrypted other host ({PackageException.Shown(url.Host)}); it was not fetched.");
        }

        return new PublishedPackage(id, url, PackageDigest.Of(dist, requested.Name));
    }

    // HttpClient's own timeout ends with the headers when the body is streamed: a server that sends very slowly would hold us for ever.
    private async Task<HttpStatusCode> GetAsync(Uri url, Stream into, long most, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (http.Timeout != Timeout.InfiniteTimeSpan) limit.CancelAfter(http.Timeout);
        using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK) return response.StatusCode;
        await using var stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
        var buffer = new byte[81_920];
        for (int read; (read = await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0;)
        {
            if (into.Length + read > most) throw new PackageException($"{url} sends more than {most} bytes.");
            await into.WriteAsync(buffer.AsMemory(0, read), limit.Token).ConfigureAwait(false);
        }

        return response.StatusCode;
    }
}

/// <summary>A package as a registry offers it.</summary>
/// <param name="Id">Name and exact version.</param>
/// <param name="Tarball">Where its archive is.</param>
/// <param name="Digest">What the archive's bytes must match.</param>
public sealed record PublishedPackage(PackageId Id, Uri Tarball, PackageDigest Digest);

/// <summary>
/// An archive's digest: npm's <c>integrity</c> (SHA-512) where the registry gives it, else the older <c>shasum</c> (SHA-1).
/// </summary>
/// <param name="Text"><c>sha512-…</c> in base64, or <c>sha1-…</c>.</param>
public sealed record PackageDigest(string Text)
{
    /// <summary>Reads an npm <c>dist</c> object.</summary>
    /// <exception cref="PackageException">It gives no digest that can be checked.</exception>
    public static PackageDigest Of(JsonElement dist, string name)
    {
        if (dist.Text("integrity") is { } text && text.StartsWith("sha512-", StringComparison.Ordinal)) return new PackageDigest(text);
        if (dist.Text("shasum") is { Length: 40 } hex && hex.All(char.IsAsciiHexDigit))
        {
            return new PackageDigest("sha1-" + Convert.ToBase64String(Convert.FromHexString(hex)));
        }

        throw new PackageException($"The registry gives no digest for {name}, so its archive can't be trusted.");
    }

    /// <summary>The digest by which a downloaded archive is locked; the stream is read from where it is to its end.</summary>
    public static PackageDigest Sha512(Stream archive) => new("sha512-" + Convert.ToBase64String(SHA512.HashData(archive)));

    /// <summary>Whether what the stream holds, from where it is to its end, has this digest.</summary>
    public bool Matches(Stream archive) =>
        Text.StartsWith("sha512-", StringComparison.Ordinal)
            ? Text == Sha512(archive).Text
            : Text == "sha1-" + Convert.ToBase64String(Sha1(archive));

    // SHA-1 is what FHIR registries publish; it guards against a broken download, and the lock file then holds SHA-512.
#pragma warning disable CA5350
    private static byte[] Sha1(Stream archive) => SHA1.HashData(archive);
#pragma warning restore CA5350
}
