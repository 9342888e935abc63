using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace FhirGateway.Receiving;

/// <summary>The content coding of a body (RFC 9110 §8.4.1): gzip, deflate and br are decoded, by .NET's own streams.</summary>
public static partial class ContentCoding
{
    /// <summary>What is decoded, as <c>Accept-Encoding</c> names it.</summary>
    public const string Accepted = "gzip, deflate, br";

    /// <summary>The body's coding, in lower case; empty when it has none.</summary>
    /// <returns>False when it has one that is not decoded, or several.</returns>
    public static bool IsKnown(HttpRequest request, out string coding)
    {
        var named = string.Join(", ", request.Headers.ContentEncoding.SelectMany(value => (value ?? "").Split(','))
            .Select(each => each.Trim().ToLowerInvariant())
            .Where(each => each is not ("" or "identity")));
        coding = named == "x-gzip" ? "gzip" : named;
        return coding is "" or "gzip" or "deflate" or "br";
    }

    /// <summary>A coding's name as it may be told again: a header can hold anything.</summary>
    public static string Shown(string coding) => Token().IsMatch(coding) ? coding : "of that name";

    /// <summary>The body as it was before it was coded, read within a size and the room there is.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of that coding.</exception>
    public static async Task<(ReadOnlyMemory<byte> Bytes, BodyFault Fault)> DecodeAsync(
        ReadOnlyMemory<byte> body, string coding, int maxBytes, Func<int, bool>? hasRoomFor)
    {
        // Not a copy: a body may be long, and its bytes are counted once.
        var coded = MemoryMarshal.TryGetArray(body, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);
        await using Stream decoded = coding switch
        {
            "gzip" => new GZipStream(coded, CompressionMode.Decompress),
            "deflate" when IsZlib(body.Span) => new ZLibStream(coded, CompressionMode.Decompress),
            "deflate" => new DeflateStream(coded, CompressionMode.Decompress), // what some senders mean by it
            "br" => new BrotliStream(coded, CompressionMode.Decompress),
            _ => throw new ArgumentException($"{coding} is not decoded.", nameof(coding)),
        };
        try
        {
            return await RawBody.ReadAsync(decoded, maxBytes, hasRoomFor, CancellationToken.None);
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException or IOException)
        {
            throw new InvalidDataException($"The body is not valid {coding}.", broken);
        }
    }

    // RFC 1950 §2.2: method 8, and a header that is a multiple of 31.
    private static bool IsZlib(ReadOnlySpan<byte> body) =>
        body.Length >= 2 && (body[0] & 0x0F) == 8 && ((body[0] << 8) | body[1]) % 31 == 0;

    [GeneratedRegex(@"^[a-z0-9!#$%&'*+.^_`|~, -]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
