using System.Text.Json;
using Hl7.Fhir.Model;

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
        return new Found(answer, answer.IsSuccess ? Matches(answer) : null);
    }

    /// <summary>Whether the server answers as a FHIR server does.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CapabilitiesAsync(cancellationToken: cancellationToken);
            return answer is { IsSuccess: true, Resource: CapabilityStatement };
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

    /// <summary>The matches as they were received; null when it can't be told how many there are, which no guess may decide.</summary>
    private static List<JsonElement>? Matches(FhirResponse answer)
    {
        if (answer is not { Resource: Bundle bundle, Body: { } body } || Lenient.Of(() => bundle.Entry) is not { } entries) return null;
        var matches = new List<JsonElement>();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry is null) return null;
            if (Lenient.Of(() => entry.Search?.ModeElement?.JsonValue as string) is not (null or "match")) continue;
            if (Json.Property(body.GetProperty("entry")[i], "resource") is not { } resource || Json.Text(resource, "resourceType") is null)
                return null;
            matches.Add(resource);
        }

        return matches;
    }
}

/// <summary>What a search found.</summary>
/// <param name="Matches">
/// Up to two resources, or more from a server that counts otherwise; null when it gave no search result that can be read.
/// </param>
public sealed record Found(FhirResponse Answer, IReadOnlyList<JsonElement>? Matches);
