using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>The FHIR R4 server that bundles go to, as far as the gateway uses it. It tries nothing twice; the ledger does.</summary>
public sealed class FhirServer(FhirClient client)
{
    /// <summary>Sends a transaction bundle as it is.</summary>
    /// <exception cref="FhirRequestException">No answer came; what was sent may have been done.</exception>
    public Task<FhirResponse> TransactionAsync(ReadOnlyMemory<byte> bundle, string requestId, CancellationToken cancellationToken) =>
        client.TransactionAsync(bundle, requestId, cancellationToken);

    /// <summary>What a condition matches, up to two: more than that nobody needs to know.</summary>
    /// <param name="condition">Type and query, encoded: <c>Patient?identifier=…</c>.</param>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<Found> FindAsync(string condition, CancellationToken cancellationToken)
    {
        var (type, query) = condition.Split('?', 2) is [var before, var after] ? (before, after) : (condition, "");
        var answer = await client.SearchAsync(
            type,
            [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Parameter), ("_count", "2")],
            cancellationToken: cancellationToken);
        return new Found(answer, answer.IsSuccess ? Matches(answer.Body) : null);
    }

    /// <summary>Whether the server answers as a FHIR server does.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CapabilitiesAsync(cancellationToken: cancellationToken);
            return answer is { IsSuccess: true, Body: not null };
        }
        catch (FhirRequestException)
        {
            return false;
        }
    }

    private static (string Name, string Value) Parameter(string text)
    {
        var parts = text.Split('=', 2);
        return (Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private static List<JsonElement>? Matches(JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } bundle || !bundle.TryGetProperty("resourceType", out var type) || !type.ValueEquals("Bundle")) return null;
        return bundle.TryGetProperty("entry", out var entries) ? [.. entries.EnumerateArray().Where(IsMatch).Select(entry => entry.GetProperty("resource"))] : [];
    }

    private static bool IsMatch(JsonElement entry) =>
        entry.TryGetProperty("resource", out _)
        && (!entry.TryGetProperty("search", out var search) || !search.TryGetProperty("mode", out var mode) || mode.ValueEquals("match"));
}

/// <summary>What a search found.</summary>
/// <param name="Matches">Up to two resources; null when the destination gave no search result.</param>
public sealed record Found(FhirResponse Answer, IReadOnlyList<JsonElement>? Matches);
