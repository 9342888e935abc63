using System.Data.Common;
using System.Security.Cryptography;
using Dapper;

namespace FhirGateway.Ledger.Protection;

/// <summary>
/// One sealed word for each key that sealed anything in the ledger: a ring that can't open them all is not the ledger's, or is an older
/// copy of it.
/// </summary>
internal static class KeyProofs
{
    private static readonly byte[] Word = "FhirGateway"u8.ToArray();

    /// <summary>Opens the ring, once it is known to be the right one. Only a ledger that has sealed nothing gets a new one.</summary>
    /// <param name="connection">Within a transaction that keeps others from opening the ledger at the same time.</param>
    /// <exception cref="KeyRingException">The ring is missing, is another one, or misses a key.</exception>
    public static Seal Require(DbConnection connection, KeyRing ring, TimeProvider clock)
    {
        var proofs = connection.Query<byte[]>("SELECT proof FROM key_proof").AsList();
        if (proofs.Count > 0) Require(proofs, ring);
        var seal = new Seal(ring, clock);
        Add(connection, seal);
        return seal;
    }

    /// <summary>Keeps a word sealed by the key that seals at present.</summary>
    /// <returns>The key's id.</returns>
    public static byte[] Add(DbConnection connection, Seal seal)
    {
        var proof = seal.Close(Word);
        var key = seal.Key;
        connection.Execute(
            "INSERT INTO key_proof (key_id, proof) VALUES (@id, @proof) ON CONFLICT (key_id) DO NOTHING",
            new { id = Convert.ToHexStringLower(key), proof });
        return key;
    }

    private static void Require(List<byte[]> proofs, KeyRing ring)
    {
        if (ring.IsEmpty)
        {
            throw new KeyRingException(
                $"Its notes are sealed, and there is no key ring in {ring.Place}. Without the ring they can't be read, and a new one would "
                + "not open them: restore the ring from the backup that was made with the ledger.");
        }

        try
        {
            var protector = ring.Protector(makesKeys: false);
            foreach (var proof in proofs) Seal.Unprotect(protector, Seal.OfRing(proof));
        }
        catch (Exception failure) when (failure is CryptographicException or InvalidOperationException)
        {
            throw new KeyRingException(
                $"Its notes are sealed, and the key ring in {ring.Place} does not open all of them: it is another ring, an older copy, or "
                + "sealed by another certificate. Restore the ring that was backed up with the ledger, or the certificate.",
                failure);
        }
    }
}
