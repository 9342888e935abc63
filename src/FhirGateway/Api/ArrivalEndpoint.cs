using FhirGateway.Destination;
using FhirGateway.Receiving;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Api;

/// <summary>
/// <c>POST /api/arrived</c>: something has come to the destination, so that parked deliveries need not wait until it is asked for. Takes
/// what a Subscription sends by rest-hook (http://hl7.org/fhir/R4/subscription.html): a resource, by POST or as an update by PUT, or
/// nothing; and a Reference with an identifier, from whoever writes such a call by hand. The path may say to which destination: what comes
/// to another is none of its own.
/// </summary>
internal static class ArrivalEndpoint
{
    private const int LargestBody = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder api)
    {
        foreach (var at in (string[])["/arrived", "/destinations/{destination}/arrived"])
        {
            api.MapPost(at, ArriveAsync);
            api.MapPut(at + "/{type}/{id}", ArriveAsync);
        }
    }

    private static async Task<IResult> ArriveAsync(
        HttpRequest request,
        AllDestinations destinations,
        IOptions<GatewaySettings> settings,
        CancellationToken cancellationToken,
        string? destination = null)
    {
        var told = destinations.All
            .Where(each => destination is null || each.Name.Equals(destination, StringComparison.OrdinalIgnoreCase))
            .Select(each => each.Parts.GetRequiredService<Arrivals>())
            .ToList();
        if (told.Count == 0) return Refused("There is no such destination.", StatusCodes.Status404NotFound);
        if (!ContentCoding.IsKnown(request, out var coding) || coding.Length > 0)
            return Refused("What has come is told without a content coding.", StatusCodes.Status415UnsupportedMediaType);
        var (body, fault) = await RawBody.ReadAsync(
            request, LargestBody, settings.Value.Receiving.BodyTimeout, hasRoomFor: null, cancellationToken);
        if (fault == BodyFault.TooSlow) return Refused("The body did not come in time.", StatusCodes.Status408RequestTimeout);
        if (fault != BodyFault.None)
            return Refused($"What has come is told in at most {LargestBody} bytes.", StatusCodes.Status413PayloadTooLarge);
        if (body.IsEmpty) return Told(0, await SumAsync(told, each => each.SomethingCameAsync(cancellationToken)));
        return ArrivedResources.ConditionsOf(body.Span) is { } names
            ? Told(await SumAsync(told, each => each.CameAsync(names, cancellationToken)), 0)
            : Refused(
                "What has come is told as a FHIR resource in JSON, as a Bundle of some, or as a Reference with type and identifier; or as "
                + "nothing, and then all that is waited for is asked for.",
                StatusCodes.Status400BadRequest);
    }

    private static async Task<int> SumAsync(List<Arrivals> told, Func<Arrivals, Task<int>> tell)
    {
        var sum = 0;
        foreach (var each in told) sum += await tell(each);
        return sum;
    }

    private static IResult Told(int woken, int askedFor) => Results.Accepted(value: new { woken, askedFor });

    private static IResult Refused(string why, int status) => Results.Problem(why, statusCode: status);
}
