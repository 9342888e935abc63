using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using FhirGateway.Sources;
using Microsoft.Extensions.Options;

namespace FhirGateway.Api;

/// <summary>The gateway's own routes for the team that runs it: correlations in, deliveries and messages out. Bodies of messages are not served.</summary>
public static class ApiEndpoints
{
    private const int LongestKey = 512;
    private const int LargestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").RequireAuthorization(ApiAuthentication.Scheme);
        api.MapPut("/sources/{source}/correlations/{key}", PutCorrelationAsync);
        api.MapGet("/deliveries", DeliveriesAsync);
        api.MapGet("/deliveries/{id}", DeliveryAsync);
        api.MapPost("/deliveries/{id}/replay", ReplayAsync);
        api.MapGet("/messages/{id}", MessageAsync);
    }

    private static async Task<IResult> PutCorrelationAsync(
        string source, string key, HttpRequest request, SourceCatalog sources, SqliteLedger ledger, IOptions<GatewaySettings> settings, CancellationToken cancellationToken)
    {
        if (!sources.TryGet(source, out var known)) return Results.Problem($"There is no source {source}.", statusCode: StatusCodes.Status404NotFound);
        if (key.Length > LongestKey) return Results.Problem($"A correlation's key has at most {LongestKey} characters.", statusCode: StatusCodes.Status400BadRequest);

        var limits = settings.Value;
        if (await RawBody.ReadAsync(request, limits.Api.MaxCorrelationBytes, limits.Receiving.BodyTimeout, cancellationToken) is not { } body)
            return Results.Problem($"A correlation has at most {limits.Api.MaxCorrelationBytes} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
        try
        {
            if (JsonElement.Parse(body.Span).ValueKind != JsonValueKind.Object) throw new JsonException();
        }
        catch (JsonException)
        {
            return Results.Problem("A correlation is a JSON object.", statusCode: StatusCodes.Status400BadRequest);
        }

        var released = await ledger.PutCorrelationAsync(known.Name, key, Encoding.UTF8.GetString(body.Span), cancellationToken);
        return Results.Ok(new { source = known.Name, key, released });
    }

    private static async Task<IResult> DeliveriesAsync(
        SqliteLedger ledger, CancellationToken cancellationToken, string? source = null, string? state = null, long? before = null, int limit = 50)
    {
        DeliveryState? wanted = null;
        if (state is not null)
        {
            if (!Enum.TryParse<DeliveryState>(state, ignoreCase: true, out var parsed) || char.IsAsciiDigit(state[0]))
                return Results.Problem($"A state is one of {string.Join(", ", Enum.GetNames<DeliveryState>()).ToLowerInvariant()}.", statusCode: StatusCodes.Status400BadRequest);
            wanted = parsed;
        }

        var page = await ledger.DeliveriesAsync(new DeliveryFilter(source, wanted, before, Math.Clamp(limit, 1, LargestPage)), cancellationToken);
        return Results.Ok(new { deliveries = page.Select(Shown) });
    }

    private static async Task<IResult> DeliveryAsync(string id, SqliteLedger ledger, CancellationToken cancellationToken) =>
        await ledger.DeliveryAsync(id, cancellationToken) is { } history
            ? Results.Ok(new { delivery = Shown(history.Delivery), attempts = history.Attempts })
            : Results.Problem("There is no such delivery.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> ReplayAsync(string id, SqliteLedger ledger, CancellationToken cancellationToken) =>
        await ledger.ReplayAsync(id, "replayed through the API", cancellationToken) switch
        {
            ReplayResult.Replayed => Results.Accepted($"/api/deliveries/{id}"),
            ReplayResult.Unknown => Results.Problem("There is no such delivery.", statusCode: StatusCodes.Status404NotFound),
            ReplayResult.EventTaken => Results.Problem("A later message brought the same event: that message's delivery counts now.", statusCode: StatusCodes.Status409Conflict),
            _ => Results.Problem("It is on its way already, or owes nothing.", statusCode: StatusCodes.Status409Conflict),
        };

    private static async Task<IResult> MessageAsync(string id, SqliteLedger ledger, CancellationToken cancellationToken)
    {
        if (await ledger.MessageAsync(id, cancellationToken) is not { } message)
            return Results.Problem("There is no such message.", statusCode: StatusCodes.Status404NotFound);
        var deliveries = await ledger.DeliveriesOfAsync(id, cancellationToken);
        return Results.Ok(new { message, deliveries = deliveries.Select(Shown) });
    }

    private static object Shown(DeliveryView delivery) => new
    {
        delivery.Id,
        delivery.Sequence,
        delivery.MessageId,
        delivery.Source,
        delivery.EventKey,
        delivery.EventType,
        delivery.Lane,
        State = delivery.State.ToString().ToLowerInvariant(),
        delivery.Reason,
        Outcome = Json(delivery.Outcome),
        delivery.Refused,
        delivery.WaitsFor,
        delivery.DueAt,
        delivery.ParkedSince,
        delivery.Attempts,
        Receipt = Json(delivery.Receipt),
        delivery.FirstDeliveryId,
        delivery.ReceivedAt,
        delivery.ChangedAt,
    };

    private static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);
}
