using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using FhirGateway.Mapping;
using FhirGateway.Packages;
using FhirGateway.Pipeline;
using Microsoft.Extensions.Options;

namespace FhirGateway.Configuration;

/// <summary>Refuses to start on settings that could not work or would not be safe, and says what to change. Never repeats a secret.</summary>
public sealed partial class SettingsValidation(VendorCatalog vendors, IHostEnvironment environment) : IValidateOptions<GatewaySettings>
{
    private const int ShortestKey = 16;
    private const int ShortestSigningKey = 32;

    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        List<string> wrong =
        [
            .. options.Sources.SelectMany(source => OfSource(source.Key, source.Value)),
            .. OfDestination(options.Destination),
            .. OfReceiving(options.Receiving),
            .. OfValidation(options.Validation),
            .. OfDelivery(options.Delivery),
            .. OfApi(options.Api),
        ];
        if (options.Destination.BaseUrl is not { Length: > 0 } && !(options.Destination.Sandbox ?? environment.IsDevelopment()))
            wrong.Add("Gateway:Destination:BaseUrl is missing: set it to the base URL of a FHIR R4 server. (The sandbox forgets everything and asks nobody who they are; outside development it serves only if Gateway:Destination:Sandbox is true.)");
        if (string.IsNullOrWhiteSpace(options.Ledger.Path)) wrong.Add("Gateway:Ledger:Path is empty: name the file that keeps the messages.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private IEnumerable<string> OfSource(string name, SourceOptions source)
    {
        var at = $"Gateway:Sources:{name}";
        if (!SourceName().IsMatch(name)) yield return $"{at}: a source's name becomes part of a URL; use letters, digits, '-', '_' and '.' only (at most 64).";
        if (vendors.Find(source.Vendor) is not { } vendor)
        {
            var known = string.Join(", ", vendors.Vendors.Select(each => each.Name));
            yield return source.Vendor.Length == 0
                ? $"{at}:Vendor is missing: set it to one of {known}."
                : $"{at}:Vendor is \"{source.Vendor}\", which this gateway does not know: set it to one of {known}.";
            yield break;
        }

        foreach (var wrong in OfKeys(at, source, vendor)) yield return wrong;
        foreach (var (kind, system) in source.Systems)
        {
            if (!Uri.TryCreate(system, UriKind.Absolute, out _)) yield return $"{at}:Systems:{kind} is \"{system}\": an identifier system is an absolute URI.";
        }

        if (source.RequestsPerMinute < 1) yield return $"{at}:RequestsPerMinute must be at least 1.";
    }

    private static IEnumerable<string> OfKeys(string at, SourceOptions source, VendorDefinition vendor)
    {
        var missing = vendor.Proofs.Where(proof => !HasSecrets(source, proof)).ToList();
        if (vendor.Proofs.Count == 0)
            yield return $"{at}: \"{vendor.Name}\" defines no way to prove a sender, and a source is never served unauthenticated.";
        else if (vendor.ProofsNeeded == ProofsNeeded.Every && missing.Count > 0)
            yield return $"{at} has no credentials for {Names(missing)}: set {at}:Keys:{missing[0].Name}:<a name of yours>. A source is never served unauthenticated.";
        else if (missing.Count == vendor.Proofs.Count)
            yield return $"{at} has no credentials: set one of {string.Join(", ", missing.Select(proof => $"{at}:Keys:{proof.Name}:<a name of yours>"))}. A source is never served unauthenticated.";

        foreach (var (scheme, keys) in source.Keys)
        {
            if (vendor.Proofs.FirstOrDefault(proof => string.Equals(proof.Name, scheme, StringComparison.OrdinalIgnoreCase)) is not { } proof)
            {
                yield return $"{at}:Keys:{scheme}: \"{vendor.Name}\" has no such proof; it knows {Names(vendor.Proofs)}.";
                continue;
            }

            foreach (var (key, secret) in keys)
            {
                if (Wrong(proof, secret) is { } wrong) yield return $"{at}:Keys:{scheme}:{key} {wrong}";
            }
        }
    }

    private static string? Wrong(ProofScheme proof, string secret) => proof switch
    {
        _ when string.IsNullOrWhiteSpace(secret) => "is empty: set it, or remove it.",
        StaticHeaderScheme when secret.Split(':', 2) is not [{ Length: > 0 }, { Length: > 0 }] => "is not of the form \"Header-Name: value\".",
        BasicScheme when secret.Split(':', 2) is not [{ Length: > 0 }, { Length: > 0 }] => "is not of the form \"user:password\".",
        BearerScheme when Encoding.UTF8.GetByteCount(secret) < ShortestSigningKey => $"is shorter than {ShortestSigningKey} bytes: make a longer one at random.",
        _ when secret.Length < ShortestKey => $"is shorter than {ShortestKey} characters and could be guessed: agree on a longer one.",
        _ => null,
    };

    private static bool HasSecrets(SourceOptions source, ProofScheme proof) =>
        proof is BearerScheme ? Source.Token(source, proof) is not null : Source.KeysOf(source, proof).Any();

    private static string Names(IEnumerable<ProofScheme> proofs) => string.Join(", ", proofs.Select(proof => proof.Name));

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

    private static IEnumerable<string> OfValidation(ConformanceOptions validation)
    {
        string? wrong = null;
        try
        {
            _ = Conformance.ValidatorOf(validation);
        }
        catch (Exception failure) when (failure is PackageException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            wrong = $"Gateway:Validation: {failure.Message}";
        }

        if (wrong is not null) yield return wrong;
    }

    private static IEnumerable<string> OfDelivery(DeliveryOptions delivery)
    {
        const string At = "Gateway:Delivery";
        if (delivery.Parallelism is < 1 or > 64) yield return $"{At}:Parallelism must be from 1 to 64.";
        if (delivery.ClaimLease < TimeSpan.FromSeconds(10)) yield return $"{At}:ClaimLease must be at least ten seconds.";
        if (delivery.LongestWait <= TimeSpan.Zero) yield return $"{At}:LongestWait must be longer than zero.";
        if (delivery.ParkedRetry <= TimeSpan.Zero) yield return $"{At}:ParkedRetry must be longer than zero.";
    }

    private static IEnumerable<string> OfApi(ApiOptions api)
    {
        if (api.SigningKey is { Length: > 0 } key && Encoding.UTF8.GetByteCount(key) < ShortestSigningKey)
            yield return $"Gateway:Api:SigningKey is shorter than {ShortestSigningKey} bytes: make a longer one at random.";
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex SourceName();
}
