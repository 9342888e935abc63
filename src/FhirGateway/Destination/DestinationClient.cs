using System.Net.Http.Headers;
using System.Text;
using FhirGateway.Settings;

namespace FhirGateway.Destination;

/// <summary>Puts together the HTTP client of the destination from its settings.</summary>
public static class DestinationClient
{
    /// <param name="transport">The wire: sockets, or the sandbox's in-process handler.</param>
    public static HttpClient Create(
        DestinationOptions options,
        Uri baseUrl,
        HttpMessageHandler transport,
        DestinationPause pause,
        ConcurrencyLimit limit,
        TimeProvider clock)
    {
        var client = new HttpClient(new PausingHandler(pause, limit, options, clock) { InnerHandler = transport })
        {
            BaseAddress = new Uri(baseUrl.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = options.Timeout,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("FhirGateway", "1.0"));
        if (options.BearerToken is { Length: > 0 } token) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        if (options.BasicUser is { Length: > 0 } user)
            client.DefaultRequestHeaders.Authorization = new(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.BasicPassword}")));
        if (options.Strategy.Prefer is { } prefer and not PreferSetting.Unsaid)
            client.DefaultRequestHeaders.Add("Prefer", $"return={prefer.ToString().ToLowerInvariant()}");
        foreach (var (name, value) in options.Headers) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }
}
