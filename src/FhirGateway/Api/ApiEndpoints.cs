using System.Text.Json.Nodes;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Settings;

namespace FhirGateway.Api;

/// <summary>
/// The gateway's own routes for the team that runs it: correlations in, deliveries and messages out. Bodies of messages are not served.
/// </summary>
public static class ApiEndpoints
{
    private const int LargestPage = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").RequireAuthorization(ApiAuthentication.Scheme);
        api.MapPut("/sources/{source}/correlations/{key}", CorrelationEndpoint.PutAsync);
        api.MapGet("/deliveries", DeliveriesAsync);
        api.MapGet("/deliveries/{id}", DeliveryAsync);
        api.MapPost("/deliveries/{id}/replay", ReplayAsync);
        api.MapPost("/deliveries/{id}/decision", DecisionEndpoint.DecideAsync);
        api.MapGet("/messages/{id}", MessageAsync);
        api.MapGet("/destinations", DestinationEndpoint.AllAsync);
        ArrivalEndpoint.Map(api);
        RefusalEndpoints.Map(api);
    }

    /// <summary>
    /// Answers 403 to a call over plain HTTP before its token is looked at, unless <see cref="ReceivingOptions.AllowHttp"/>.
    /// </summary>
    public static void RefusePlainHttp(IApplicationBuilder app, ReceivingOptions options) => app.Use((call, next) =>
        call.Request.IsHttps || options.AllowHttp || !call.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            ? next(call)
            : Refused("The API tells of patients: it is served over HTTPS only.", StatusCodes.Status403Forbidden).ExecuteAsync(call));

    private static IResult Refused(string why, int status) => Results.Problem(why, statusCode: status);

    private static async Task<IResult> DeliveriesAsync(
        ILedger ledger,
        CancellationToken cancellationToken,
        string? source = null,
        string? state = null,
        long? before = null,
        int limit = 50)
    {
        if (StatesOf(state) is not (true, var wanted))
        {
            var names = string.Join(", ", Enum.GetNames<DeliveryState>()).ToLowerInvariant();
            return Refused($"state is one or several, with commas, of {names}.", StatusCodes.Status400BadRequest);
        }

        var page = await ledger.DeliveriesAsync(
            new DeliveryFilter(source, wanted, before, Math.Clamp(limit, 1, LargestPage)), cancellationToken);
        return Results.Ok(new { deliveries = page.Select(Shown) });
    }

    // Enum.TryParse would take numbers, and "dead,parked" as the sum of both.
    private static (bool AreKnown, IReadOnlyCollection<DeliveryState>? States) StatesOf(string? text)
    {
        if (text is null) return (true, null);
        var known = Enum.GetValues<DeliveryState>().ToDictionary(state => state.ToString(), StringComparer.OrdinalIgnoreCase);
        var states = text.Split(',').Select(name => known.TryGetValue(name, out var state) ? state : (DeliveryState?)null).ToList();
        return (!states.Contains(null), [.. states.OfType<DeliveryState>()]);
    }

    private static async Task<IResult> DeliveryAsync(string id, ILedger ledger, CancellationToken cancellationToken) =>
        await ledger.DeliveryAsync(id, cancellationToken) is { } history
            ? Results.Ok(new
            {
                delivery = Shown(history.Delivery),
                doubts = Json(history.Delivery.Doubts),
                attempts = history.Attempts,
                decisions = (await ledger.DecisionsAsync(id, cancellationToken))
                    .Select(made => new { decision = made.Choice, made.Reason, made.By, made.At, made.About }),
            })
            : Refused("There is no such delivery.", StatusCodes.Status404NotFound);

    private static async Task<IResult> ReplayAsync(
        string id, ILedger ledger, AllDestinations destinations, CancellationToken cancellationToken)
    {
        var result = await ledger.ReplayAsync(id, "replayed through the API", cancellationToken);
        if (result == ReplayResult.Replayed && (await ledger.DeliveryAsync(id, cancellationToken))?.Delivery.Source is { } source)
            destinations.Of<DestinationPause>(source).TryNow();
        return result switch
        {
            ReplayResult.Replayed => Results.Accepted($"/api/deliveries/{id}"),
            ReplayResult.Unknown => Refused("There is no such delivery.", StatusCodes.Status404NotFound),
            ReplayResult.BodyGone => Refused(
                "The body of its message was removed, since it was settled for longer than Gateway:Retention:Bodies: nothing can be made "
                + "of it any more.",
                StatusCodes.Status410Gone),
            ReplayResult.EventTaken => Refused(
                "A later message brought the same event: that message's delivery counts now.", StatusCodes.Status409Conflict),
            _ => Refused("It is on its way already, or owes nothing.", StatusCodes.Status409Conflict),
        };
    }

    private static async Task<IResult> MessageAsync(string id, ILedger ledger, CancellationToken cancellationToken)
    {
        if (await ledger.MessageAsync(id, cancellationToken) is not { } message)
            return Refused("There is no such message.", StatusCodes.Status404NotFound);
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
        HasDoubts = delivery.Doubts is not null, // asked for one delivery, they are listed
        delivery.CameAgainChanged,
        delivery.FirstDeliveryId,
        delivery.ReceivedAt,
        delivery.ChangedAt,
    };

    private static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);
}
