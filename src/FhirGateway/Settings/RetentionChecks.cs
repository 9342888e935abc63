using Microsoft.Extensions.Options;

namespace FhirGateway.Settings;

/// <summary>Refuses to start on lengths of time after which nothing should be removed.</summary>
public sealed class RetentionChecks : IValidateOptions<GatewaySettings>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36500);
    private static readonly TimeSpan ShortestOfBodies = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        var places = options.Sources.Select(source => (At: $"Gateway:Sources:{source.Key}:Retention", source.Value.Retention))
            .Prepend((At: "Gateway:Retention", options.Retention));
        List<string> wrong = [.. places.SelectMany(place => Of(place.At, place.Retention))];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> Of(string at, RetentionOptions retention)
    {
        if (retention.Bodies < ShortestOfBodies || retention.Bodies > Longest)
            yield return $"{at}:Bodies must be from one hour to {Longest.Days} days: write 30.00:00:00 for thirty days, or leave it out to "
                + "remove nothing.";
    }
}
