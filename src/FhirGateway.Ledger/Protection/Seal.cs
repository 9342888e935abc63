using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace FhirGateway.Ledger.Protection;

/// <summary>
/// Seals what the ledger keeps of payloads, and opens it. What an earlier program kept in clear is told by its beginning, and returned as
/// it is. For many threads.
/// </summary>
internal sealed class Seal(KeyRing ring)
{
    // No message that was ever accepted begins so: it would not be JSON.
    private const byte Format = 1;
    private const string TextFormat = "sealed1:";

    // What Data Protection's payloads begin with: a number of theirs, and the id of their key.
    // https://learn.microsoft.com/aspnet/core/security/data-protection/implementation/authenticated-encryption-details
    private const uint Magic = 0x09F0C9F0;
    private const int MagicLength = 4;
    private const int IdLength = 16;

    private volatile IPersistedDataProtector _protector = ring.Protector(makesKeys: true);
    private volatile byte[] _key = [];

    /// <summary>The id of the key that seals at present; empty before the first.</summary>
    public byte[] Key => _key;

    public static bool IsSealed(ReadOnlySpan<byte> stored) =>
        stored.Length > 1 + MagicLength + IdLength && stored[0] == Format && BinaryPrimitives.ReadUInt32BigEndian(stored[1..]) == Magic;

    public static bool IsSealed(string stored) => stored.StartsWith(TextFormat, StringComparison.Ordinal);

    /// <summary>Seals bytes.</summary>
    /// <exception cref="CryptographicException">The ring can't be read.</exception>
    public byte[] Close(ReadOnlyMemory<byte> clear)
    {
        var payload = _protector.Protect(Whole(clear));
        var id = payload.AsSpan(MagicLength, IdLength);
        if (!id.SequenceEqual(_key)) _key = id.ToArray();
        return [Format, .. payload];
    }

    /// <summary>Seals text; null stays null.</summary>
    public string? Close(string? clear) =>
        clear is null ? null : TextFormat + Convert.ToBase64String(Close(Encoding.UTF8.GetBytes(clear)).AsSpan(1));

    /// <summary>The bytes that were sealed, or those given where they are in clear.</summary>
    /// <exception cref="CryptographicException">No key of the ring opens them, or they were changed.</exception>
    public byte[] Open(byte[] stored) => IsSealed(stored) ? Unprotect(stored[1..]) : stored;

    /// <summary>The text that was sealed, or that given where it is in clear; null stays null.</summary>
    /// <exception cref="CryptographicException">No key of the ring opens it, or it was changed.</exception>
    public string? Open(string? stored) => stored is null || !IsSealed(stored)
        ? stored
        : Encoding.UTF8.GetString(Unprotect(Convert.FromBase64String(stored[TextFormat.Length..])));

    // What was sealed is kept for years, and is opened by a key that has ended or was revoked, too.
    public static byte[] Unprotect(IPersistedDataProtector protector, byte[] payload) =>
        protector.DangerousUnprotect(payload, ignoreRevocationErrors: true, out _, out _);

    private byte[] Unprotect(byte[] payload)
    {
        try
        {
            return Unprotect(_protector, payload);
        }
        catch (CryptographicException)
        {
            // Another gateway may have made a key since the ring was read.
            _protector = ring.Protector(makesKeys: true);
            return Unprotect(_protector, payload);
        }
    }

    private static byte[] Whole(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : bytes.ToArray();
}
