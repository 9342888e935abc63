namespace FhirGateway.Mapping.Proofs;

/// <summary>A webhook call before anything of it is believed: what a proof may look at. Nothing is parsed before it is proven.</summary>
/// <param name="Headers">By name in any case; a header that was sent twice has two values.</param>
/// <param name="Body">The bytes as they came.</param>
/// <param name="Now">The gateway's time.</param>
/// <param name="HasValidToken">The program found the call's bearer token valid for this source. False unless a scheme takes tokens.</param>
public sealed record UnprovenCall(
    ILookup<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset Now, bool HasValidToken = false)
{
    /// <summary>The value of a header that was sent once; null when it is missing, empty or was sent several times.</summary>
    public string? Only(string header)
    {
        string? only = null;
        foreach (var value in Headers[header])
        {
            if (only is not null) return null;
            only = value;
        }

        return string.IsNullOrEmpty(only) ? null : only;
    }
}
