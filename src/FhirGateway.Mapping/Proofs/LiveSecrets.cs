using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// The secrets of one proof that are valid now: one, or several while keys are rotated. Comparisons look at every secret and take
/// the same time whether and where a guess differs; what is compared are hashes, so that not even lengths show.
/// </summary>
public sealed class LiveSecrets
{
    private readonly byte[][] _keys;
    private readonly byte[][] _hashes;

    /// <param name="secrets">As a source's configuration holds them.</param>
    public LiveSecrets(ProofScheme scheme, IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        _keys = [.. secrets.Select(scheme.KeyOf)];
        _hashes = [.. _keys.Select(SHA256.HashData)];
    }

    /// <summary>Whether a sender showed one of the secrets itself.</summary>
    public bool Has(string presented)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        var found = false;
        foreach (var live in _hashes) found |= CryptographicOperations.FixedTimeEquals(hash, live);
        return found;
    }

    /// <summary>Whether one of the signatures was made with one of the secrets as the key. Looks at all of them, whichever fits.</summary>
    /// <param name="sign">The message's signature under a key.</param>
    public bool Signed(IReadOnlyList<byte[]> signatures, Func<byte[], byte[]> sign)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        ArgumentNullException.ThrowIfNull(sign);
        var found = false;
        foreach (var key in _keys)
        {
            var expected = sign(key);
            foreach (var signature in signatures) found |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return found;
    }
}
