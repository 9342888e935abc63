using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace FhirGateway.Settings;

/// <summary>
/// Refuses to start on settings that could not work or would not be safe, and says what to change. It looks at the values alone: what
/// takes a vendor or a package to judge is checked by the room that knows it.
/// </summary>
public sealed class SettingsChecks(IHostEnvironment environment) : IValidateOptions<GatewaySettings>
{
    private const int ShortestSigningKey = 32;

    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        List<string> wrong =
        [
            .. OfDestination(options.Destination),
            .. OfReceiving(options.Receiving),
            .. OfDelivery(options.Delivery),
            .. OfApi(options.Api),
        ];
        if (options.Destination.BaseUrl is not { Length: > 0 } && !(options.Destination.Sandbox ?? environment.IsDevelopment()))
        {
            wrong.Add("Gateway:Destination:BaseUrl is missing: set it to the base URL of a FHIR R4 server. (The sandbox forgets everything and "
                + "asks nobody who they are; outside development it serves only if Gateway:Destination:Sandbox is true.)");
        }

        if (string.IsNullOrWhiteSpace(options.Ledger.Path)) wrong.Add("Gateway:Ledger:Path is empty: name the file that keeps the messages.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> OfDestination(DestinationOptions destination)
    {
        const string At = "Gateway:Destination";
        if (destination.BaseUrl is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return $"{At}:BaseUrl is \"{url}\": give the absolute http(s) base URL of a FHIR R4 server, or none for the sandbox.";
        if (destination.BearerToken is { Length: > 0 } && destination.BasicUser is { Length: > 0 })
            yield return $"{At} has both a BearerToken and a BasicUser: keep one.";
        if (destination.Timeout <= TimeSpan.Zero) yield return $"{At}:Timeout must be longer than zero, e.g. 00:00:30.";
    }

    private static IEnumerable<string> OfReceiving(ReceivingOptions receiving)
    {
        const string At = "Gateway:Receiving";
        foreach (var proxy in receiving.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)))
            yield return $"{At}:TrustedProxies has \"{proxy}\": give an address or a network such as 10.0.0.0/8.";
        if (receiving.BodyTimeout <= TimeSpan.Zero) yield return $"{At}:BodyTimeout must be longer than zero, e.g. 00:00:10.";
        if (receiving.LookupBudget <= TimeSpan.Zero) yield return $"{At}:LookupBudget must be longer than zero, e.g. 00:00:02.";
    }

    private static IEnumerable<string> OfDelivery(DeliveryOptions delivery)
    {
        const string At = "Gateway:Delivery";
        if (delivery.Parallelism is < 1 or > 64) yield return $"{At}:Parallelism must be from 1 to 64.";
        if (delivery.ClaimLease < TimeSpan.FromSeconds(10)) yield return $"{At}:ClaimLease must be at least ten seconds.";
        if (delivery.LongestWait <= TimeSpan.Zero) yield return $"{At}:LongestWait must be longer than zero.";
        if (delivery.LongestRetryAfter <= TimeSpan.Zero) yield return $"{At}:LongestRetryAfter must be longer than zero, e.g. 01:00:00.";
        if (delivery.ParkedRetry <= TimeSpan.Zero) yield return $"{At}:ParkedRetry must be longer than zero.";
    }

    private static IEnumerable<string> OfApi(ApiOptions api)
    {
        if (api.SigningKey is { Length: > 0 } key && Encoding.UTF8.GetByteCount(key) < ShortestSigningKey)
            yield return $"Gateway:Api:SigningKey is shorter than {ShortestSigningKey} bytes: make a longer one at random.";
    }
}
