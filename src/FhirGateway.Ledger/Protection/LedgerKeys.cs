using System.Security.Cryptography.X509Certificates;

namespace FhirGateway.Ledger.Protection;

/// <summary>Where the keys lie that seal what the ledger keeps of payloads: the key ring of ASP.NET Core Data Protection.</summary>
public sealed record LedgerKeys
{
    /// <summary>
    /// The ring's folder, made owner-only if it is missing. Null: of an SQLite ledger, <c>keys</c> beside its file; of one in PostgreSQL, a
    /// table of its own, so that all gateways share it.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Seals the ring itself: an RSA certificate with its private key. Null: the ring is in clear where it lies.</summary>
    public X509Certificate2? Certificate { get; init; }
}

/// <summary>The ledger's key ring is missing, is another one, or can't be opened: nothing could be read.</summary>
/// <param name="message">A sentence that says where the ring should be.</param>
public sealed class KeyRingException(string message, Exception? inner = null) : InvalidOperationException(message, inner);

/// <summary>How far a ledger in clear is sealed.</summary>
/// <param name="Part">What is being sealed, such as <c>body</c>; <c>file</c>: what the file no longer needs is being wiped.</param>
/// <param name="Rows">How many rows of it are sealed by now.</param>
/// <param name="Failure">Why it could not be done this time, and is tried again at the next opening; null while all is well.</param>
public sealed record SealingProgress(string Part, long Rows, Exception? Failure = null);
