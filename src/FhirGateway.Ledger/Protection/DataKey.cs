using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace FhirGateway.Ledger.Protection;

/// <summary>
/// A key of AES-256-GCM that lives in memory only. The key ring seals it, and so it lies beside each value that it sealed: whoever has the
/// ring needs nothing else. Data Protection itself derives a key for each value, which takes ten times as long as sealing it.
/// </summary>
/// <remarks>NIST SP 800-38D, 8.3: at most 2^32 random nonces of 12 bytes for one key. For many threads.</remarks>
internal sealed class DataKey(byte[] key, byte[] sealedKey)
{
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    // A cipher is for one thread at a time, and takes longer to make than to use.
    private readonly ConcurrentBag<Cipher> _idle = [];

    /// <summary>The key as the ring sealed it.</summary>
    public ReadOnlySpan<byte> SealedKey => sealedKey;

    public static DataKey New(Func<byte[], byte[]> seal)
    {
        var key = RandomNumberGenerator.GetBytes(Length);
        return new DataKey(key, seal(key));
    }

    /// <summary>How many bytes sealing adds.</summary>
    public static int Overhead => NonceLength + TagLength;

    /// <param name="closed">As long as <paramref name="clear"/> and <see cref="Overhead"/>.</param>
    public void Close(ReadOnlySpan<byte> clear, Span<byte> closed)
    {
        var cipher = _idle.TryTake(out var idle) ? idle : new Cipher(key);
        var nonce = closed[..NonceLength];
        cipher.NextNonce(nonce);
        cipher.Aes.Encrypt(nonce, clear, closed[Overhead..], closed.Slice(NonceLength, TagLength));
        _idle.Add(cipher);
    }

    /// <exception cref="CryptographicException">The value was changed, or another key sealed it.</exception>
    public byte[] Open(ReadOnlySpan<byte> closed)
    {
        if (closed.Length < Overhead) throw new CryptographicException("What is sealed is cut.");
        var clear = new byte[closed.Length - Overhead];
        var cipher = _idle.TryTake(out var idle) ? idle : new Cipher(key);
        cipher.Aes.Decrypt(closed[..NonceLength], closed[Overhead..], closed.Slice(NonceLength, TagLength), clear);
        _idle.Add(cipher);
        return clear;
    }

    private sealed class Cipher(byte[] key)
    {
        // Random bytes cost the same for one nonce as for a hundred.
        private readonly byte[] _nonces = new byte[NonceLength * 100];
        private int _at = NonceLength * 100;

        public AesGcm Aes { get; } = new(key, TagLength);

        public void NextNonce(Span<byte> nonce)
        {
            if (_at == _nonces.Length)
            {
                RandomNumberGenerator.Fill(_nonces);
                _at = 0;
            }

            _nonces.AsSpan(_at, NonceLength).CopyTo(nonce);
            _at += NonceLength;
        }
    }
}
