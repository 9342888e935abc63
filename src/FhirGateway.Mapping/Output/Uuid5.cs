using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Mapping.Output;

/// <summary>Name-based UUIDs (RFC 9562 §5.5): the same names always make the same id.</summary>
internal static class Uuid5
{
    // A random UUID, drawn once: the namespace of all that this gateway names.
    private static readonly Guid Namespace = new("8d0c1d7e-5a52-4f0b-9a61-3f6c0e9b7a14");

    /// <param name="parts">Joined with the unit separator, so that no two lists of parts are one name.</param>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 9562 defines version 5 by SHA-1; nothing secret depends on it.")]
    public static Guid Of(params ReadOnlySpan<string> parts)
    {
        var name = Encoding.UTF8.GetBytes(string.Join('\u001F', parts));
        Span<byte> hash = stackalloc byte[20];
        SHA1.HashData([.. Namespace.ToByteArray(bigEndian: true), .. name], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
