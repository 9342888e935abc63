using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace FhirGateway.Ledger.Protection;

/// <summary>
/// Seals what the ledger keeps of payloads, and opens it. What an earlier program kept in clear is told by its beginning, and returned as
/// it is. For many threads.
/// </summary>
/// <remarks>
/// A sealed value: a byte for the format; the length of the sealed key, one byte; that key, sealed by the ring; and what
/// <see cref="DataKey"/> made. Of the first format: a byte for it, and what the ring itself sealed.
/// </remarks>
internal sealed class Seal(KeyRing ring, TimeProvider clock)
{
    // No message that was ever accepted begins so: it would not be JSON.
    private const byte ByRing = 1;
    private const byte ByDataKey = 2;
    private const string TextByRing = "sealed1:";
    private const string TextByDataKey = "sealed2:";

    // What Data Protection's payloads begin with: a number of theirs, and the id of their key.
    // https://learn.microsoft.com/aspnet/core/security/data-protection/implementation/authenticated-encryption-details
    private const uint Magic = 0x09F0C9F0;
    private const int MagicLength = 4;
    private const int IdLength = 16;
    private const int TagLength = 16;
    private const int Head = 2;

    // Of years of notes only few are opened again.
    private const int MostKnown = 200;

    // So soon a new key of the ring begins to seal.
    private static readonly TimeSpan Renewed = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<UInt128, DataKey> _known = [];
    private readonly Lock _making = new();
    private volatile IPersistedDataProtector _protector = ring.Protector(makesKeys: true);
    private volatile byte[] _key = [];
    private volatile Current? _current;

    /// <summary>The id of the ring's key that seals at present; empty before the first.</summary>
    public byte[] Key => _key;

    public static bool IsSealed(ReadOnlySpan<byte> stored) => KeyAt(stored) is { } at
        && stored.Length > at + MagicLength + IdLength && BinaryPrimitives.ReadUInt32BigEndian(stored[at..]) == Magic;

    public static bool IsSealed(string stored) =>
        stored.StartsWith(TextByDataKey, StringComparison.Ordinal) || stored.StartsWith(TextByRing, StringComparison.Ordinal);

    /// <summary>Seals bytes.</summary>
    /// <exception cref="CryptographicException">The ring can't be read.</exception>
    public byte[] Close(ReadOnlySpan<byte> clear)
    {
        var key = ToSealBy();
        var length = key.SealedKey.Length;
        var closed = new byte[Head + length + DataKey.Overhead + clear.Length];
        (closed[0], closed[1]) = (ByDataKey, checked((byte)length));
        key.SealedKey.CopyTo(closed.AsSpan(Head));
        key.Close(clear, closed.AsSpan(Head + length));
        return closed;
    }

    /// <summary>Seals text; null stays null.</summary>
    public string? Close(string? clear) =>
        clear is null ? null : TextByDataKey + Convert.ToBase64String(Close(Encoding.UTF8.GetBytes(clear)).AsSpan(1));

    /// <summary>The bytes that were sealed, or those given where they are in clear.</summary>
    /// <exception cref="CryptographicException">No key of the ring opens them, or they were changed.</exception>
    public byte[] Open(byte[] stored) => IsSealed(stored) ? Unsealed(stored[0], stored.AsSpan(1)) : stored;

    /// <summary>The text that was sealed, or that given where it is in clear; null stays null.</summary>
    /// <exception cref="CryptographicException">No key of the ring opens it, or it was changed.</exception>
    public string? Open(string? stored) => stored is null || !IsSealed(stored)
        ? stored
        : Encoding.UTF8.GetString(Unsealed(
            stored.StartsWith(TextByDataKey, StringComparison.Ordinal) ? ByDataKey : ByRing,
            Convert.FromBase64String(stored[TextByDataKey.Length..])));

    /// <summary>What the ring itself sealed of a sealed value.</summary>
    public static byte[] OfRing(byte[] stored) => stored[0] == ByRing ? stored[1..] : SealedKeyOf(stored.AsSpan(1)).ToArray();

    // What was sealed is kept for years, and is opened by a key that has ended or was revoked, too.
    public static byte[] Unprotect(IPersistedDataProtector protector, byte[] payload) =>
        protector.DangerousUnprotect(payload, ignoreRevocationErrors: true, out _, out _);

    private static int? KeyAt(ReadOnlySpan<byte> stored) => stored switch
    {
        [ByRing, ..] => 1,
        [ByDataKey, ..] => Head,
        _ => null,
    };

    private static ReadOnlySpan<byte> SealedKeyOf(ReadOnlySpan<byte> stored) => stored is [>= TagLength and var length, .. var rest]
        && rest.Length >= length ? rest[..length] : throw new CryptographicException("What is sealed is cut.");

    private byte[] Unsealed(byte format, ReadOnlySpan<byte> stored)
    {
        if (format == ByRing) return Unprotect(stored.ToArray());
        var sealedKey = SealedKeyOf(stored);
        return Known(sealedKey).Open(stored[(1 + sealedKey.Length)..]);
    }

    private DataKey ToSealBy()
    {
        if (_current is { } current && !IsOld(current)) return current.Key;
        lock (_making)
        {
            if (_current is { } meanwhile && !IsOld(meanwhile)) return meanwhile.Key;
            var made = DataKey.New(_protector.Protect);
            _key = made.SealedKey.Slice(MagicLength, IdLength).ToArray();
            _current = new Current(made, clock.GetTimestamp());
            return made;
        }
    }

    private bool IsOld(Current current) => clock.GetElapsedTime(current.Since) > Renewed;

    private DataKey Known(ReadOnlySpan<byte> sealedKey)
    {
        if (_current is { } current && sealedKey.SequenceEqual(current.Key.SealedKey)) return current.Key;

        // Its end is a tag that nothing else has.
        var name = BinaryPrimitives.ReadUInt128BigEndian(sealedKey[^TagLength..]);
        if (_known.TryGetValue(name, out var known) && sealedKey.SequenceEqual(known.SealedKey)) return known;
        var bytes = sealedKey.ToArray();
        var opened = new DataKey(Unprotect(bytes), bytes);
        if (_known.Count >= MostKnown) _known.Clear();
        return _known[name] = opened;
    }

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

    /// <param name="Since">By the monotonic clock.</param>
    private sealed record Current(DataKey Key, long Since);
}
