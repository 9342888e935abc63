using System.Text;

namespace FhirGateway.Mapping.Proofs;

/// <summary>
/// One way in which a sender proves who it is. A scheme is one class in one file: it verifies a call, signs one (for demonstrations and
/// tests), checks the secrets a site configures, and describes itself. A vendor's folder may bring a scheme of its own.
/// A source holds one or more live secrets per scheme, under the scheme's <see cref="Name"/>.
/// </summary>
/// <param name="Name">The key under which a source's configuration holds its secrets.</param>
public abstract record ProofScheme(string Name)
{
    private const int ShortestSecret = 16;

    /// <summary>The scheme in a phrase of Markdown, for the vendor's page.</summary>
    public abstract string InWords { get; }

    /// <summary>Whether the program has to check a bearer token first; see <see cref="UnprovenCall.HasValidToken"/>.</summary>
    public virtual bool TakesToken => false;

    /// <summary>Whether the call was made by somebody who knows one of the secrets. Takes the same time for every wrong guess.</summary>
    public abstract bool Holds(UnprovenCall call, LiveSecrets secrets);

    /// <summary>The headers with which a sender proves a call.</summary>
    /// <param name="secret">As a source's configuration holds it.</param>
    public abstract IEnumerable<(string Name, string Value)> Sign(string secret, ReadOnlyMemory<byte> body, DateTimeOffset now);

    /// <summary>
    /// What is wrong with a configured secret, as the end of a sentence that begins with its name; null when it can be used.
    /// </summary>
    public virtual string? FlawOf(string secret) =>
        secret.Length < ShortestSecret ? $"is shorter than {ShortestSecret} characters and could be guessed: agree on a longer one." : null;

    /// <summary>A configured secret as the bytes that are compared or that key a signature.</summary>
    public virtual byte[] KeyOf(string secret) => Encoding.UTF8.GetBytes(secret);

    /// <summary>A secret in the scheme's form, made of random text: for demonstrations.</summary>
    public virtual string SecretOf(string random) => random;

    /// <summary>
    /// A text signed with a secret, for vendors that ask an endpoint to show that it knows it; null where the scheme signs nothing.
    /// </summary>
    public virtual string? Echo(string secret, string text) => null;
}

/// <summary>How many of a vendor's schemes a call must satisfy.</summary>
public enum ProofsNeeded
{
    /// <summary>Every scheme of the vendor: a source must hold secrets for all of them.</summary>
    Every,

    /// <summary>Any one: a source is open to those it holds secrets for, and must hold some.</summary>
    Any,
}
