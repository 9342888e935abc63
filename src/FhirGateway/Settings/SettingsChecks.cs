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
    private const int LargestCorrelation = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        List<string> wrong =
        [
            .. ConfiguredDestination.All(options).SelectMany(each => OfDestination(each.Options)),
            .. OfDestinations(options),
            .. OfReceiving(options.Receiving),
            .. OfDelivery(options.Delivery),
            .. OfApi(options.Api),
        ];
        var needsDefault = options.Destinations.Count == 0 || options.Sources.Values.Any(ConfiguredDestination.IsOfDefault);
        if (needsDefault
            && options.Destination.BaseUrl is not { Length: > 0 } && !(options.Destination.Sandbox ?? environment.IsDevelopment()))
        {
            wrong.Add("Gateway:Destination:BaseUrl is missing: set it to the base URL of a FHIR R4 server. (The sandbox forgets "
                + "everything and asks nobody who they are; outside development it serves only if Gateway:Destination:Sandbox is true.)");
        }

        if (options.IdentifierBase is { Length: > 0 } site && !IsBase(site))
        {
            wrong.Add($"Gateway:IdentifierBase is \"{site}\": give an http(s) URI that the site owns, without query and fragment, such as "
                + "https://hospital.example/fhir-gateway. Identifier systems are made of it; nothing need answer there.");
        }

        wrong.AddRange(OfLength("Gateway:ShutdownTimeout", options.ShutdownTimeout, TimeSpan.FromHours(1)));
        if (string.IsNullOrWhiteSpace(options.Ledger.Path))
            wrong.Add("Gateway:Ledger:Path is empty: name the file that keeps the messages.");
        if (options.Ledger.Keys is { CertificateFile: not { Length: > 0 } } keys && (keys.KeyFile ?? keys.Password) is { Length: > 0 })
        {
            wrong.Add("Gateway:Ledger:Keys has a KeyFile or a Password, and no CertificateFile: name the certificate that seals the ring, "
                + "or leave them out.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsBase(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" }
        && !text.Any(char.IsWhiteSpace);

    private static IEnumerable<string> OfDestinations(GatewaySettings options)
    {
        var known = options.Destinations.Keys.Append(ConfiguredDestination.Default).ToList();
        foreach (var (name, source) in options.Sources)
        {
            if (source.Destination is { Length: > 0 } wanted && !known.Contains(wanted, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"Gateway:Sources:{name}:Destination is \"{wanted}\", and there is no such destination: "
                    + NearestName.Advice(wanted, known);
            }
        }

        foreach (var (name, destination) in options.Destinations)
        {
            var at = $"Gateway:Destinations:{name}";
            if (name.Equals(ConfiguredDestination.Default, StringComparison.OrdinalIgnoreCase))
                yield return $"{at}: the default one is configured as Gateway:Destination.";
            if (!name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_'))
                yield return $"{at}: give it a name of letters, digits, - and _.";
            if (destination.BaseUrl is not { Length: > 0 })
                yield return $"{at}:BaseUrl is missing: set it to the base URL of a FHIR R4 server.";
        }

        // Two queues for one server would write one identity side by side, and a pause of one would not hold the other.
        var all = ConfiguredDestination.All(options).Where(each => each.Options.BaseUrl is { Length: > 0 });
        foreach (var same in all.GroupBy(each => each.Options.BaseUrl!.TrimEnd('/'), StringComparer.OrdinalIgnoreCase))
        {
            var names = string.Join(" and ", same.Select(each => each.Options.At));
            if (same.Count() > 1) yield return $"{names} are one server: let their sources name one of them.";
        }
    }

    private static IEnumerable<string> OfDestination(DestinationOptions destination)
    {
        var at = destination.At;
        if (destination.BaseUrl is { Length: > 0 } url
            && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return $"{at}:BaseUrl is \"{url}\": give the absolute http(s) base URL of a FHIR R4 server, or none for the sandbox.";
        if (destination.BearerToken is { Length: > 0 } && destination.BasicUser is { Length: > 0 })
            yield return $"{at} has both a BearerToken and a BasicUser: keep one.";
        foreach (var wrong in OfLength($"{at}:Timeout", destination.Timeout, TimeSpan.FromMinutes(10))) yield return wrong;
        if (destination.MaxEntries is < 1) yield return $"{at}:MaxEntries must be 1 or more; leave it out where there is no limit.";
        if (destination.Strategy.Entries is < 1)
            yield return $"{at}:Strategy:Entries must be 1 or more; leave it out where there is no limit.";
        if (destination is { Strategy.Entries: not null, MaxEntries: not null })
            yield return $"{at} has both Strategy:Entries and MaxEntries, which is its earlier name: keep one.";
        if (destination is { Strategy.Predecessor: not null, Atomic: not AtomicSetting.Learn })
            yield return $"{at} has both Strategy:Predecessor and Atomic, which is its earlier name: keep one.";
    }

    private static IEnumerable<string> OfReceiving(ReceivingOptions receiving)
    {
        const string At = "Gateway:Receiving";
        var strange = receiving.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _));
        foreach (var proxy in strange)
            yield return $"{At}:TrustedProxies has \"{proxy}\": give an address or a network such as 10.0.0.0/8.";
        foreach (var wrong in OfLength($"{At}:BodyTimeout", receiving.BodyTimeout, TimeSpan.FromMinutes(5))) yield return wrong;
        foreach (var wrong in OfLength($"{At}:LookupBudget", receiving.LookupBudget, TimeSpan.FromMinutes(1))) yield return wrong;
        if (receiving.ClockTolerance < TimeSpan.Zero || receiving.ClockTolerance > TimeSpan.FromDays(1))
            yield return $"{At}:ClockTolerance must be from zero to one day; write 00:10:00 for ten minutes.";
    }

    private static IEnumerable<string> OfDelivery(DeliveryOptions delivery)
    {
        const string At = "Gateway:Delivery";
        if (delivery.Parallelism is < 1 or > 256) yield return $"{At}:Parallelism must be from 1 to 256.";
        if (delivery.ClaimLease < TimeSpan.FromSeconds(10)) yield return $"{At}:ClaimLease must be at least ten seconds.";
        foreach (var wrong in OfLength($"{At}:ClaimLease", delivery.ClaimLease, TimeSpan.FromHours(1))) yield return wrong;
        foreach (var wrong in OfLength($"{At}:LongestWait", delivery.LongestWait, TimeSpan.FromDays(1))) yield return wrong;
        foreach (var wrong in OfLength($"{At}:LongestRetryAfter", delivery.LongestRetryAfter, TimeSpan.FromDays(1))) yield return wrong;
        foreach (var wrong in OfLength($"{At}:ParkedRetry", delivery.ParkedRetry, TimeSpan.FromDays(1))) yield return wrong;
        foreach (var wrong in OfLength($"{At}:LongestParkedRetry", delivery.LongestParkedRetry, TimeSpan.FromDays(1))) yield return wrong;
    }

    private static IEnumerable<string> OfApi(ApiOptions api)
    {
        if (api.SigningKey is { Length: > 0 } key && Encoding.UTF8.GetByteCount(key) < ShortestSigningKey)
            yield return $"Gateway:Api:SigningKey is shorter than {ShortestSigningKey} bytes: make a longer one at random.";
        if (api.MaxCorrelationBytes is < 1 or > LargestCorrelation)
            yield return $"Gateway:Api:MaxCorrelationBytes must be from 1 to {LargestCorrelation}.";
        if (AuthorityFlaw(api.Token, "Gateway:Api:Token") is { } flaw) yield return flaw;
    }

    /// <summary>Why an issuer of tokens could not be used, as a sentence; null when it could, or none is named.</summary>
    /// <param name="at">Where it is configured.</param>
    public static string? AuthorityFlaw(TokenOptions token, string at) =>
        token.Authority is not { Length: > 0 } authority ? null
        : !Uri.TryCreate(authority, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps
            ? $"{at}:Authority is \"{authority}\": give the issuer's https base URL. Keys that came over plain HTTP could be anybody's."
        : url.Query.Length > 0 || url.Fragment.Length > 0
            ? $"{at}:Authority is \"{authority}\": give the issuer's base URL, without query or fragment."
        : null;

    // A bare number of a length of time counts days: 30 is a month.
    private static IEnumerable<string> OfLength(string name, TimeSpan length, TimeSpan longest)
    {
        if (length <= TimeSpan.Zero || length > longest)
            yield return $"{name} must be longer than zero and at most {longest:c}; write 00:00:30 for thirty seconds.";
    }
}
