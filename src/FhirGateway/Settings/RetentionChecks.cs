using Microsoft.Extensions.Options;

namespace FhirGateway.Settings;

/// <summary>Refuses to start on lengths of time after which nothing should be removed.</summary>
public sealed class RetentionChecks : IValidateOptions<GatewaySettings>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36500);
    private static readonly TimeSpan ShortestOfBodies = TimeSpan.FromHours(1);

    // Vendors repeat for days what was not answered; a month leaves room for whoever replays by hand.
    private static readonly TimeSpan ShortestOfReceipts = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        var places = options.Sources.Select(source => (At: $"Gateway:Sources:{source.Key}:Retention", source.Value.Retention))
            .Prepend((At: "Gateway:Retention", options.Retention));
        List<string> wrong =
        [
            .. places.SelectMany(place => Of(place.At, place.Retention)),
            .. places.SelectMany(place => Together(place.At, place.Retention.Or(options.Retention))),
        ];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Of(string at, RetentionOptions retention)
    {
        if (retention.Bodies < ShortestOfBodies || retention.Bodies > Longest)
            yield return $"{at}:Bodies must be from one hour to {Longest.Days} days: write 30.00:00:00 for thirty days, or leave it out to "
                + "remove nothing.";
        foreach (var (name, length) in (IEnumerable<(string, TimeSpan?)>)
            [(nameof(retention.Receipts), retention.Receipts), (nameof(retention.DeadReceipts), retention.DeadReceipts)])
        {
            if (length < ShortestOfReceipts || length > Longest)
            {
                yield return $"{at}:{name} must be from {ShortestOfReceipts.Days} to {Longest.Days} days: what its vendor sends again "
                    + "after that is delivered again. Leave it out to forget nothing.";
            }
        }
    }

    private static IEnumerable<string> Together(string at, RetentionOptions retention)
    {
        if (retention.Receipts is { } receipts && !(retention.Bodies <= receipts))
            yield return $"{at}: Receipts must not be shorter than Bodies, and Bodies must be set: a body goes before what tells of it.";
        if (retention.DeadReceipts is { } dead && !(retention.Receipts <= dead))
            yield return $"{at}: DeadReceipts must not be shorter than Receipts, and Receipts must be set.";
    }
}
