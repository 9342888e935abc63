using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FhirGateway.CommandLine;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Sandbox;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Tests;

/// <summary>
/// The whole gateway on a loopback port, delivering to a sandbox (or what a test puts in its place), with a source for every vendor.
/// </summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    public const string ApiKey = "the-signing-key-of-the-tests-0123456789";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly VendorCatalog _vendors;
    private readonly string? _ownedFolder;

    private RunningGateway(WebApplication app, SandboxServer sandbox, string? ownedFolder)
    {
        (_app, _ownedFolder, Server) = (app, ownedFolder, sandbox);
        _vendors = app.Services.GetRequiredService<VendorCatalog>();
        Sandbox = new FhirClient(new HttpClient(
            new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"))
        { BaseAddress = new Uri("http://sandbox.invalid/fhir/") });
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        Http = new HttpClient { BaseAddress = Url };
    }

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <summary>The sandbox, for another gateway that delivers to the same one.</summary>
    public SandboxServer Server { get; }

    /// <summary>What lies on the sandbox.</summary>
    public FhirClient Sandbox { get; }

    public ILedger Ledger => _app.Services.GetRequiredService<ILedger>();

    /// <summary>One of the gateway's parts.</summary>
    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>The checks that this gateway's bundles pass.</summary>
    public IEnumerable<FhirGateway.Pipeline.BundleCheck> Checks => _app.Services.GetServices<FhirGateway.Pipeline.BundleCheck>();

    /// <summary>Another one of the gateway's parts, made with these parts in place of its own.</summary>
    public T Make<T>(params object[] parts) => ActivatorUtilities.CreateInstance<T>(_app.Services, parts);

    /// <summary>A secret of the tests for a vendor's scheme.</summary>
    public static string Secret(ProofScheme proof, string name = "current") =>
        proof.SecretOf($"the-{name}-secret-of-the-tests-for-{proof.Name}");

    public static async Task<RunningGateway> StartAsync(
        Dictionary<string, string?>? settings =
            null, SandboxServer? sandbox =
                null, string? ledger = null, HttpMessageHandler? destination = null, ILoggerProvider? logs = null,
        Action<IServiceCollection>? services = null, VendorCatalog? vendors = null)
    {
        var folder = ledger is null ? Directory.CreateTempSubdirectory("fhirgateway-tests-").FullName : null;
        sandbox ??= new SandboxServer(TimeProvider.System);
        var all = new Dictionary<string, string?>
        {
            ["Gateway:Destination:Sandbox"] = "true",
            ["Gateway:Destination:Probe"] = "off", // what tests count are notes; ProbeTests turns it on
            ["Gateway:Ledger:Path"] = ledger ?? Path.Combine(folder!, "ledger.db"),
            ["Gateway:Receiving:AllowHttp"] = "true",
            ["Gateway:Delivery:ParkedRetry"] = "00:00:00.2",
            ["Gateway:Api:SigningKey"] = ApiKey,
            ["Logging:LogLevel:Default"] = "None",
        };
        foreach (var vendor in (vendors ?? GatewayHost.Vendors).Vendors)
        {
            foreach (var (key, value) in SettingsOf(vendor.Name, vendor)) all[key] = value;
        }

        foreach (var (key, value) in settings ?? []) all[key] = value;
        var app = GatewayHost.Build([], builder =>
        {
            builder.Configuration.Sources.Clear();
            builder.Configuration.AddInMemoryCollection(all);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton(sandbox);
            if (vendors is not null) builder.Services.AddSingleton(vendors);
            services?.Invoke(builder.Services);
            if (logs is not null) builder.Logging.ClearProviders().AddProvider(logs);
            if (destination is not null) builder.Services.AddKeyedSingleton<HttpMessageHandler>(typeof(FhirServer), (_, _) => destination);
        });
        await app.StartAsync();
        return new RunningGateway(app, sandbox, folder);
    }

    /// <summary>What configures a source of a vendor.</summary>
    public static Dictionary<string, string?> SettingsOf(string source, VendorDefinition vendor)
    {
        var at = $"Gateway:Sources:{source}";
        var settings = new Dictionary<string, string?> { [$"{at}:Vendor"] = vendor.Name };
        foreach (var kind in new[] { "Patient", "Encounter", "Appointment", "Practitioner" })
        {
            settings[$"{at}:Systems:{kind}"] = SystemOf(kind);
        }

        foreach (var proof in vendor.Proofs) settings[$"{at}:Keys:{proof.Name}:current"] = Secret(proof);
        return settings;
    }

    /// <summary>Settings by which a vendor's source refuses no message for what the destination lacks.</summary>
    public static Dictionary<string, string?> RefusingNothing(string vendor) => GatewayHost.Vendors.Find(vendor)!.Policies
        .Where(policy => policy.Values.Contains("park"))
        .ToDictionary(policy => $"Gateway:Sources:{vendor}:Policies:{policy.Name}", _ => (string?)"park");

    public static string SystemOf(string kind) => "https://tests.fhirgateway.example/" + kind.ToLowerInvariant();

    /// <summary>Sends a body as the vendor would, to the source named like it or another one of its.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string vendor, ReadOnlyMemory<byte> body, Func<ProofScheme, string?>? secretOf =
            null, DateTimeOffset? now = null, string? source = null)
    {
        using var call = Signed(vendor, body, secretOf, now, source);
        return await Http.SendAsync(call);
    }

    /// <summary>A call as the vendor would make it, for tests that change it before it is sent.</summary>
    public HttpRequestMessage Signed(
        string vendor, ReadOnlyMemory<byte> body, Func<ProofScheme, string?>? secretOf =
            null, DateTimeOffset? now = null, string? source = null) => SignedWebhook.Create(
        new Uri(Url, "webhooks/" + (source ?? vendor)), _vendors.Find(vendor)!, body, secretOf
            ?? (proof => Secret(proof)), now
            ?? TimeProvider.System.GetUtcNow());

    /// <summary>Puts resources on the sandbox that messages may refer to.</summary>
    public async Task PutAsync(string type, string system, string value, string? more = null)
    {
        var bundle = $$"""
            { "resourceType": "Bundle", "type": "transaction", "entry": [ {
              "resource": { "resourceType": "{{type}}", "identifier": [ { "system": "{{system}}", "value": "{{value}}" } ]{{(more is null ? "" : ", " + more)}} },
              "request": { "method": "POST", "url": "{{type}}", "ifNoneExist": "identifier={{Uri.EscapeDataString($"{system}|{value}")}}" } } ] }
            """;
        var answer = await Sandbox.TransactionAsync(Encoding.UTF8.GetBytes(bundle));
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
    }

    /// <summary>Does something else on the sandbox, as a whole.</summary>
    public async Task TransactAsync(IEnumerable<object> entry)
    {
        var answer = await Sandbox.TransactionAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { resourceType = "Bundle", type = "transaction", entry }));
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
    }

    /// <summary>All resources of a type on the sandbox.</summary>
    public async Task<IReadOnlyList<JsonElement>> AllAsync(string type)
    {
        var answer = await Sandbox.SearchAsync(type, [("_count", "200")]);
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
        return answer.Body!.Value.TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(entry => entry.GetProperty("resource"))]
            : [];
    }

    /// <summary>Asks the gateway's own API.</summary>
    public async Task<HttpResponseMessage> ApiAsync(HttpMethod method, string path, string? json = null, string? token = null)
    {
        using var call = new HttpRequestMessage(method, new Uri(Url, path));
        if (json is not null) call.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (token != "")
        {
            call.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", token ?? BearerScheme.Token(ApiKey, TimeProvider.System.GetUtcNow()));
        }

        return await Http.SendAsync(call);
    }

    /// <summary>The source's deliveries, oldest first, once they are as expected.</summary>
    public async Task<IReadOnlyList<DeliveryView>> UntilAsync(string source, Func<IReadOnlyList<DeliveryView>, bool> expected)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var deliveries = (await Ledger.DeliveriesAsync(new DeliveryFilter(source))).Reverse().ToList();
            if (expected(deliveries)) return deliveries;
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                Assert.Fail(
                    $"Still: {string.Join("; ", deliveries.Select(delivery => $"{delivery.State} {delivery.Reason} {delivery.Outcome}"))}");
            await Task.Delay(10);
        }
    }

    /// <summary>The counted refusals, once they are this many calls: they are written once a second.</summary>
    public Task<IReadOnlyList<RefusalCount>> RefusalsAsync(long calls) =>
        UntilAsync(() => Ledger.RefusalsAsync(), counts => counts.Sum(each => each.Count) >= calls);

    /// <summary>The refused calls of a proven sender, once there is one.</summary>
    public Task<IReadOnlyList<RefusedCall>> RefusedAsync(string source) =>
        UntilAsync(() => Ledger.RefusedCallsAsync(new RefusedCallFilter(source)), calls => calls.Count > 0);

    /// <summary>Asks again and again until the answer is as expected.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> expected)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (expected(answer)) return answer;
            if (TimeProvider.System.GetElapsedTime(began) > Limit) Assert.Fail($"Still: {answer}");
            (answer as IDisposable)?.Dispose();
            await Task.Delay(20);
        }
    }

    /// <summary>The source's deliveries once none is on its way.</summary>
    public Task<IReadOnlyList<DeliveryView>> SettledAsync(string source) =>
        UntilAsync(
            source,
            deliveries => deliveries.Count > 0
                && !deliveries.Any(delivery => delivery.State is DeliveryState.Pending or DeliveryState.Delivering));

    public Task<IReadOnlyList<DeliveryView>> UntilStateAsync(string source, DeliveryState state) =>
        UntilAsync(source, deliveries => deliveries.Count > 0 && deliveries.All(delivery => delivery.State == state));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownedFolder is not null) Directory.Delete(_ownedFolder, recursive: true);
    }
}
