using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Sources;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FhirGateway.CommandLine;

/// <summary>What became of one vendor's webhook.</summary>
/// <param name="Status">The HTTP answer.</param>
/// <param name="State">The worst state of its deliveries.</param>
/// <param name="Reason">Why it was not delivered; null when it was.</param>
/// <param name="Resources">Links to what was written.</param>
/// <param name="Took">From sending the webhook to the destination's acceptance.</param>
public sealed record DemoResult(string Vendor, int Status, string State, string? Reason, IReadOnlyList<string> Resources, TimeSpan Took)
{
    public bool Succeeded => Reason is null;
}

/// <summary>The demonstration can't go on: the message says why.</summary>
public sealed class DemoException(string message) : Exception(message);

/// <summary>A gateway with a ready-made source for every vendor: keys of this run only, a ledger that is thrown away.</summary>
public sealed class Demo : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly Dictionary<(string Vendor, string Proof), string> _secrets;
    private readonly string _apiKey;
    private readonly DirectoryInfo _folder;
    private readonly string? _destination;
    private readonly HttpClient _http;

    private Demo(WebApplication app, Dictionary<(string, string), string> secrets, string apiKey, DirectoryInfo folder, string? destination)
    {
        (_app, _secrets, _apiKey, _folder, _destination) = (app, secrets, apiKey, folder, destination);
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        _http = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = Url };
    }

    /// <summary>Where the gateway serves.</summary>
    public Uri Url { get; }

    /// <summary>The FHIR server's base, as a reader's browser reaches it.</summary>
    public Uri DestinationUrl => new(_destination is { } url ? url.TrimEnd('/') + "/" : Url + "fhir/");

    public IReadOnlyCollection<Source> Sources => _app.Services.GetRequiredService<SourceCatalog>().All;

    /// <summary>Starts serving on the loopback address.</summary>
    /// <param name="destination">Base URL of a FHIR server; null for the sandbox.</param>
    /// <param name="port">0 for a free one.</param>
    public static async Task<Demo> StartAsync(string? destination, int port, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-demo-");
        var apiKey = NewSecret();
        var secrets = new Dictionary<(string, string), string>();
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Destination:BaseUrl"] = destination ?? "",
            ["Gateway:Destination:Sandbox"] = "true",
            ["Gateway:Ledger:Path"] = Path.Combine(folder.FullName, "ledger.db"),
            ["Gateway:Receiving:AllowHttp"] = "true",
            ["Gateway:Api:SigningKey"] = apiKey,
            ["Logging:LogLevel:Default"] = "Error",
        };
        foreach (var vendor in GatewayHost.Vendors.Vendors)
        {
            var at = $"Gateway:Sources:{SourceOf(vendor)}";
            settings[$"{at}:Vendor"] = vendor.Name;
            foreach (var kind in SourceSettings.SiteKinds) settings[$"{at}:Systems:{kind}"] = DemoWorld.SystemOf(kind);
            foreach (var proof in vendor.Proofs)
                settings[$"{at}:Keys:{proof.Name}:demo"] = secrets[(vendor.Name, proof.Name)] = proof.SecretOf(NewSecret());
        }

        var app = GatewayHost.Build([], builder =>
        {
            // Whatever sources the machine has configured are not the demonstration's business; how to reach the destination is.
            foreach (var (key, value) in builder.Configuration.GetSection("Gateway:Destination").AsEnumerable())
            {
                if (value is not null) settings.TryAdd(key, value);
            }

            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(settings);
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        });
        await app.StartAsync(cancellationToken);
        return new Demo(app, secrets, apiKey, folder, destination);
    }

    /// <summary>
    /// Puts the demonstration's patients and correlations in place, sends one webhook of each vendor, and waits for what becomes of them.
    /// </summary>
    /// <exception cref="DemoException">The destination or the gateway's API refused the preparations.</exception>
    public async Task<IReadOnlyList<DemoResult>> RunAsync(
        Action<DemoResult>? progress = null, CancellationToken cancellationToken = default)
    {
        var now = TimeProvider.System.GetUtcNow();
        var samples = Sources.OrderBy(source => source.Name, StringComparer.Ordinal)
            .Select(source => (Source: source, Sample: source.Vendor.Samples.FirstOrDefault(sample => sample.IsDemo)))
            .ToList();
        var world = new DemoWorld();
        foreach (var (source, sample) in samples)
        {
            if (sample is null) throw new DemoException($"{source.Vendor.Name} has no sample for demonstrations.");
            world.Add(source, sample, now);
        }

        await PrepareAsync(world, now, cancellationToken);
        return await Task.WhenAll(samples.Select(async each =>
        {
            var result = await SendAsync(each.Source, each.Sample!, cancellationToken);
            progress?.Invoke(result);
            return result;
        }));
    }

    /// <summary>Goes on serving until it is told to stop.</summary>
    public Task ServeAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string SourceOf(VendorDefinition vendor) => "demo-" + vendor.Name;

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private async Task PrepareAsync(DemoWorld world, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!world.IsEmpty)
        {
            try
            {
                var bundle = world.ToTransaction();
                var destination = _app.Services.GetRequiredService<FhirServer>();
                var answer = await destination.TransactionAsync(bundle, "demo", cancellationToken);

                // Two demonstrations at once may race for the same patient; the loser finds it there.
                if (answer.Status == 409) answer = await destination.TransactionAsync(bundle, "demo", cancellationToken);
                if (!answer.IsSuccess)
                {
                    var why = string.Join(" ", answer.Issues.Select(issue => issue.Text));
                    throw new DemoException($"{DestinationUrl} answered {answer.Status} when the demo's patients were put on it: {why}");
                }
            }
            catch (FhirRequestException failure)
            {
                throw new DemoException(failure.Message);
            }
        }

        foreach (var (source, key, json) in world.Correlations)
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, $"api/sources/{source}/correlations/{Uri.EscapeDataString(key)}")
            {
                Content = new StringContent(json, Encoding.UTF8, "application/json"),
            };
            put.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BearerScheme.Token(_apiKey, now));
            using var answer = await _http.SendAsync(put, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new DemoException($"The gateway's API answered {(int)answer.StatusCode} to a correlation of {source}.");
        }
    }

    private async Task<DemoResult> SendAsync(Source source, Sample sample, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var call = SignedWebhook.Create(
            new Uri(Url, $"webhooks/{source.Name}"), source.Vendor, sample.Body,
            proof => _secrets[(source.Vendor.Name, proof.Name)], TimeProvider.System.GetUtcNow());
        using var answer = await _http.SendAsync(call, cancellationToken);
        var status = (int)answer.StatusCode;
        if (!answer.IsSuccessStatusCode)
        {
            var why = await answer.Content.ReadAsStringAsync(cancellationToken);
            return new DemoResult(source.Vendor.Name, status, "refused", why, [], watch.Elapsed);
        }

        var deliveries = await SettledAsync(source.Name, watch, cancellationToken);
        var failed = deliveries.FirstOrDefault(delivery => delivery.State is not (DeliveryState.Delivered or DeliveryState.Acknowledged));
        var state = (failed?.State ?? DeliveryState.Delivered).ToString().ToLowerInvariant();
        var reason = failed is null ? null : failed.Reason ?? $"still {state} after {LongestWait.TotalSeconds:F0} s";
        return new DemoResult(source.Vendor.Name, status, state, reason, [.. deliveries.SelectMany(Links)], watch.Elapsed);
    }

    private async Task<IReadOnlyList<DeliveryView>> SettledAsync(string source, Stopwatch watch, CancellationToken cancellationToken)
    {
        var ledger = _app.Services.GetRequiredService<ILedger>();
        while (true)
        {
            var deliveries = await ledger.DeliveriesAsync(new DeliveryFilter(source), cancellationToken);
            var moving = deliveries.Any(delivery => delivery.State is DeliveryState.Pending or DeliveryState.Delivering);
            if ((!moving && deliveries.Count > 0) || watch.Elapsed > LongestWait) return deliveries;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private IEnumerable<string> Links(DeliveryView delivery)
    {
        if (delivery.Receipt is not { } receipt) yield break;
        foreach (var resource in JsonElement.Parse(receipt).GetProperty("resources").EnumerateArray())
        {
            if (resource.GetProperty("reference").GetString() is { } reference) yield return new Uri(DestinationUrl, reference).ToString();
        }
    }
}
