using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Tests.Telemetry;

/// <summary>What leaves as metrics and traces says how the gateway does, and nothing about anybody.</summary>
public sealed class TelemetryExportTests
{
    private const string Mark = "marked-4711";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Metrics_are_served_only_when_they_are_switched_on()
    {
        await using var silent = await RunningGateway.StartAsync();
        using var answer = await silent.Http.GetAsync("metrics");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_count_messages_and_name_no_patient_appointment_or_secret()
    {
        await using var hospital = await RunningGateway.StartAsync();
        await using var gateway = await StartAsync(hospital, new() { ["Gateway:Telemetry:Metrics"] = "true" });
        await SendMarkedAsync(gateway);

        var metrics = await gateway.Http.GetStringAsync("metrics");

        Assert.Contains("fhirgateway_messages_received_total{", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("http_client_request_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections", metrics, StringComparison.Ordinal);
        AssertNamesNobody(metrics);
    }

    [Fact]
    public async Task Traces_and_metrics_reach_a_collector_and_name_no_patient_appointment_or_secret()
    {
        await using var collector = await Collector.StartAsync();
        await using var hospital = await RunningGateway.StartAsync();
        await using (var gateway = await StartAsync(hospital, new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "50",
        }))
        {
            await SendMarkedAsync(gateway);
            await collector.UntilAsync("/v1/traces", "webhooks/{source}");
            await collector.UntilAsync("/v1/traces", "http.response.status_code");
            await collector.UntilAsync("/v1/metrics", "fhirgateway.messages.received");
        }

        AssertNamesNobody(collector.Everything);
        Assert.DoesNotContain("url.full", collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("url.path", collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("url.query", collector.Everything, StringComparison.Ordinal);
    }

    /// <summary>A gateway that asks the hospital's server over HTTP, so that its requests are traced like any.</summary>
    private static Task<RunningGateway> StartAsync(RunningGateway hospital, Dictionary<string, string?> settings) =>
        RunningGateway.StartAsync(new(settings)
        {
            ["Gateway:Destination:BaseUrl"] = new Uri(hospital.Url, "fhir").AbsoluteUri,
            ["Gateway:Destination:Sandbox"] = null,
            ["Gateway:Sources:hami:Policies:unknownAppointment"] = "park",
        });

    // The mark is in the body, in the URL that looks the appointment up, and in the path of a call of the API.
    private static async Task SendMarkedAsync(RunningGateway gateway)
    {
        var note = JsonNode.Parse(Samples.Demo("hami").Span)!;
        note["appointmentId"] = Mark;
        using var recorded = await gateway.SendAsync("hami", Encoding.UTF8.GetBytes(note.ToJsonString()));
        Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
        await gateway.UntilStateAsync("hami", DeliveryState.Parked);
        using var correlated = await gateway.ApiAsync(
            HttpMethod.Put, $"api/sources/nabla/correlations/{Mark}?note={Mark}", """{"patient":"p"}""");
        Assert.Equal(HttpStatusCode.OK, correlated.StatusCode);
        using var lost = await gateway.Http.GetAsync($"fhir/Patient/{Mark}?identifier={Mark}");
        using var unknown = await gateway.Http.PostAsync($"webhooks/{Mark}", new StringContent("{}"));
    }

    private static void AssertNamesNobody(string exported)
    {
        Assert.DoesNotContain(Mark, exported, StringComparison.OrdinalIgnoreCase);
        var secrets = GatewayHost.Vendors.Find("hami")!.Proofs.Select(proof => RunningGateway.Secret(proof)).Append(RunningGateway.ApiKey);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, exported, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Stands in for an OpenTelemetry collector. Protobuf keeps strings as they are, so they can be looked for in its bytes.
    /// </summary>
    private sealed class Collector(WebApplication app, ConcurrentQueue<(string Path, string Body)> received) : IAsyncDisposable
    {
        public string Url => app.Urls.First();

        public string Everything => string.Concat(received.Select(export => export.Body));

        public static async Task<Collector> StartAsync()
        {
            var received = new ConcurrentQueue<(string Path, string Body)>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.Run(async call =>
            {
                using var body = new MemoryStream();
                await call.Request.Body.CopyToAsync(body);
                received.Enqueue((call.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            });
            await app.StartAsync();
            return new Collector(app, received);
        }

        public async Task UntilAsync(string path, string expected)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (!received.Any(export => export.Path == path && export.Body.Contains(expected, StringComparison.Ordinal)))
            {
                Assert.True(
                    TimeProvider.System.GetElapsedTime(began) < Limit, $"{path} never got {expected}; it got {received.Count} exports.");
                await Task.Delay(20);
            }
        }

        public async ValueTask DisposeAsync() => await app.DisposeAsync();
    }
}
