namespace FhirGateway.Packages;

/// <summary>A FHIR package that can't be found, fetched, trusted or read; the message says which and what to do next.</summary>
public sealed class PackageException : IOException
{
    public PackageException(string message)
        : base(message)
    {
    }

    public PackageException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>A name from a package or a registry, short enough for a message.</summary>
    internal static string Shown(string name) => name.Length <= 100 ? name : string.Concat(name.AsSpan(0, 100), "…");
}
