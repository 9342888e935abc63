using System.Text.Json.Nodes;
using FhirGateway.Ledger;

namespace FhirGateway.Api;

/// <summary>
/// <c>GET /api/refusals</c>: how many calls were refused, by source, reason and day, and the refused calls of proven senders with the rules
/// and the places that each broke. No value of a body.
/// </summary>
internal static class RefusalEndpoints
{
    private const int LargestPage = 200;

    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/refusals", ListAsync);

    private static async Task<IResult> ListAsync(
        ILedger ledger, CancellationToken cancellationToken, string? source = null, long? before = null, int limit = 50)
    {
        var calls = await ledger.RefusedCallsAsync(
            new RefusedCallFilter(source, before, Math.Clamp(limit, 1, LargestPage)), cancellationToken);
        var counts = await ledger.RefusalsAsync(source, cancellationToken);
        return Results.Ok(new
        {
            refusals = calls.Select(call => new
            {
                call.Sequence,
                call.Source,
                call.ReceivedAt,
                call.Status,
                call.Reason,
                call.BodyBytes,
                Problems = JsonNode.Parse(call.Problems),
            }),
            counts,
        });
    }
}
