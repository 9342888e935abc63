using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FhirGateway.Telemetry;

/// <summary>
/// Where metrics and traces go: over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector, and to whoever reads
/// <c>/metrics</c> when <c>Gateway:Telemetry:Metrics</c> is true. With neither, nothing is collected. Logs stay on the console.
/// </summary>
public static class TelemetryExport
{
    /// <summary>Where Prometheus reads the metrics.</summary>
    public const string MetricsPath = "/metrics";

    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsSetting = "Gateway:Telemetry:Metrics";

    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var (toCollector, toPrometheus) = (configuration[OtlpEndpoint] is { Length: > 0 }, ServesMetrics(configuration));
        if (toCollector || toPrometheus) Add(services, toCollector, toPrometheus);
    }

    // Apart, so that OpenTelemetry's assemblies are only loaded when something is exported.
    private static void Add(IServiceCollection services, bool toCollector, bool toPrometheus)
    {
        // The variables of OpenTelemetry's own come last, so that they win.
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("fhirgateway").AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(GatewayMetrics.MeterName)
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation();
                if (toPrometheus) metrics.AddPrometheusExporter();
            });
        if (!toCollector) return;
        telemetry
            .WithTracing(tracing => tracing
                .AddSource(GatewayTraces.SourceName)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddProcessor(new KeepsWhatNamesNobody()))
            .UseOtlpExporter();
    }

    /// <summary>Serves <see cref="MetricsPath"/> when that is switched on.</summary>
    public static void Map(WebApplication app)
    {
        if (ServesMetrics(app.Configuration)) MapMetrics(app);
    }

    private static void MapMetrics(WebApplication app) => app.MapPrometheusScrapingEndpoint(MetricsPath);

    private static bool ServesMetrics(IConfiguration configuration) => configuration.GetValue<bool>(MetricsSetting);

    /// <summary>
    /// Takes everything off a span that may name a patient, before it is exported. URLs hold identifiers in their query
    /// (<c>Patient?identifier=…</c>) and in their path, and errors quote them: so what may stay is listed, not what must go.
    /// </summary>
    private sealed class KeepsWhatNamesNobody : BaseProcessor<Activity>
    {
        private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
        {
            GatewayTraces.SourceTag, GatewayTraces.DeliveryTag, "error.type", "http.request.method", "http.request.resend_count",
            "http.response.status_code", "http.route",
            "network.protocol.name", "network.protocol.version", "server.address", "server.port", "url.scheme",
        };

        public override void OnEnd(Activity data)
        {
            foreach (var (name, _) in data.TagObjects.ToArray())
            {
                if (!Kept.Contains(name)) data.SetTag(name, null);
            }

            data.SetStatus(data.Status);
            // What an exception says can't be taken out of an event. Such a span is not exported.
            if (data.Events.Any()) data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
