namespace FhirGateway.Sandbox;

/// <summary>What may be set on a sandbox.</summary>
public sealed record SandboxOptions
{
    /// <summary>Larger request bodies are refused with 413.</summary>
    public int MaxBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Matches on a page when the request has no <c>_count</c>; HAPI's default.</summary>
    public int DefaultPageSize { get; init; } = 20;

    /// <summary>The most matches a page may have, whatever <c>_count</c> asks for.</summary>
    public int LargestPageSize { get; init; } = 200;

    /// <summary>
    /// How many searches stay pageable; the oldest is forgotten first and its next link answers 410, as an expired one of HAPI's
    /// does.
    /// </summary>
    public int RememberedSearches { get; init; } = 200;
}
