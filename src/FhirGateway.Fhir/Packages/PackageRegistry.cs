using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// Package registries that speak the npm-style protocol (https://registry.fhir.org/learn): <c>GET base/name</c> lists the
/// versions with their tarballs and digests.
/// </summary>
/// <param name="http">Its timeouts and proxies are the host's; no base address is needed.</param>
/// <param name="registries">Base URLs, asked in order; the first that has a package serves it.</param>
/// <param name="mostBytes">The largest archive that is downloaded.</param>
public sealed class PackageRegistry(HttpClient http, IReadOnlyList<Uri> registries, long mostBytes = 300_000_000)
{
    /// <summary>The public FHIR registries.</summary>
    public static IReadOnlyList<Uri> PublicRegistries { get; } = [new("https://packages.fhir.org"), new("https://packages2.fhir.org/packages")];

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
            catch (Exception error) when (error is HttpRequestException or JsonException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failures.Add($"{registry}: {error.Message}");
            }
        }

        // A registry that did not answer may have it: "not found" would be a guess.
        return failures.Count == 0 ? null : throw new PackageException($"{requested} was not found, and not every registry answered: {string.Join("; ", failures)}");
    }

    /// <summary>Downloads an archive and checks its digest before anything reads it.</summary>
    /// <exception cref="PackageException">Too large, unreachable, or not the archive that the registry announced.</exception>
    public async Task<byte[]> DownloadAsync(PublishedPackage package, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(package.Tarball, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new PackageException($"{package.Tarball} answered {(int)response.StatusCode}.");
        var bytes = await ReadAsync(response, mostBytes, cancellationToken).ConfigureAwait(false);
        if (!package.Digest.Matches(bytes)) throw new PackageException($"{package.Id} from {package.Tarball} is not the archive its registry announced (digest differs); it was not installed.");
        return bytes;
    }

    private async Task<PublishedPackage?> FindInAsync(Uri registry, PackageId requested, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(registry.AbsoluteUri.TrimEnd('/') + "/" + Uri.EscapeDataString(requested.Name)), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
        response.EnsureSuccessStatusCode();
        using var listing = JsonDocument.Parse(await ReadAsync(response, 20_000_000, cancellationToken).ConfigureAwait(false), new JsonDocumentOptions { MaxDepth = 64 });
        if (!listing.RootElement.TryGetProperty("versions", out var versions) || versions.ValueKind != JsonValueKind.Object) return null;

        var version = requested.Version == "latest" && LatestTag(listing.RootElement) is { } latest
            ? latest
            : PackageVersions.Choose(requested.Version, versions.EnumerateObject().Select(item => item.Name));
        if (version is null || !versions.TryGetProperty(version, out var chosen)) return null;
        if (!chosen.TryGetProperty("dist", out var dist) || !dist.TryGetProperty("tarball", out var tarball)) throw new PackageException($"{registry} lists {requested.Name}#{version} without a tarball.");

        var url = new Uri(registry, tarball.GetString()!);
        if (url.Scheme != Uri.UriSchemeHttps && url.Host != registry.Host) throw new PackageException($"{registry} points {requested.Name}#{version} to an unencrypted other host ({url.Host}); it was not fetched.");
        return new PublishedPackage(PackageId.Create(requested.Name, version), url, PackageDigest.Of(dist, requested.Name));
    }

    private static string? LatestTag(JsonElement listing) =>
        listing.TryGetProperty("dist-tags", out var tags) && tags.TryGetProperty("latest", out var latest) ? latest.GetString() : null;

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, long most, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (bytes.Length + read > most) throw new PackageException($"{response.RequestMessage?.RequestUri} sends more than {most} bytes.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}

/// <summary>A package as a registry offers it.</summary>
/// <param name="Id">Name and exact version.</param>
/// <param name="Tarball">Where its archive is.</param>
/// <param name="Digest">What the archive's bytes must match.</param>
public sealed record PublishedPackage(PackageId Id, Uri Tarball, PackageDigest Digest);

/// <summary>An archive's digest: npm's <c>integrity</c> (SHA-512) where the registry gives it, else the older <c>shasum</c> (SHA-1).</summary>
/// <param name="Text"><c>sha512-…</c> in base64, or <c>sha1-…</c>.</param>
public sealed record PackageDigest(string Text)
{
    /// <summary>Reads an npm <c>dist</c> object.</summary>
    /// <exception cref="PackageException">It gives no digest that can be checked.</exception>
    public static PackageDigest Of(JsonElement dist, string name)
    {
        if (dist.TryGetProperty("integrity", out var integrity) && integrity.GetString() is { } text && text.StartsWith("sha512-", StringComparison.Ordinal)) return new PackageDigest(text);
        if (dist.TryGetProperty("shasum", out var shasum) && shasum.GetString() is { Length: 40 } hex && hex.All(char.IsAsciiHexDigit)) return new PackageDigest("sha1-" + Convert.ToBase64String(Convert.FromHexString(hex)));
        throw new PackageException($"The registry gives no digest for {name}, so its archive can't be trusted.");
    }

    /// <summary>The digest by which a downloaded archive is locked.</summary>
    public static PackageDigest Sha512(ReadOnlySpan<byte> archive) => new("sha512-" + Convert.ToBase64String(SHA512.HashData(archive)));

    /// <summary>Whether these bytes have this digest.</summary>
    public bool Matches(ReadOnlySpan<byte> archive) =>
        Text.StartsWith("sha512-", StringComparison.Ordinal) ? Text == Sha512(archive).Text : Text == "sha1-" + Convert.ToBase64String(Sha1(archive));

    // SHA-1 is what FHIR registries publish; it guards against a broken download, and the lock file then holds SHA-512.
#pragma warning disable CA5350
    private static byte[] Sha1(ReadOnlySpan<byte> archive) => SHA1.HashData(archive);
#pragma warning restore CA5350
}
