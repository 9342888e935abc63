namespace FhirGateway.Sandbox;

/// <summary>One FHIR REST request, free of any web framework.</summary>
/// <param name="Method">HTTP method, upper case.</param>
/// <param name="BaseUrl">The service base as the caller sees it, without a trailing slash: links in answers start with it.</param>
/// <param name="Path">What follows the base, percent-encoded as received; <c>Patient/1</c>, or empty for the base itself.</param>
/// <param name="Query">The raw query, without the question mark; empty when there is none.</param>
/// <param name="Headers">Header values by name; names compare without case.</param>
/// <param name="Body">The raw body; empty when there is none.</param>
public sealed record SandboxRequest(
    string Method,
    string BaseUrl,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>A header's value; null when it was not sent.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;
}
