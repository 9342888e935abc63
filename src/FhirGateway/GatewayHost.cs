using System.Reflection;
using System.Text.Encodings.Web;
using FhirGateway.Api;
using FhirGateway.Destination;
using FhirGateway.Destination.Probing;
using FhirGateway.Destination.Proofs;
using FhirGateway.Mapping;
using FhirGateway.Pipeline;
using FhirGateway.Receiving;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Sources.Proofs;
using FhirGateway.Telemetry;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FhirGateway;

/// <summary>The gateway as a program: its parts put together in the order in which a message meets them.</summary>
public static class GatewayHost
{
    private const string DefaultUrl = "http://localhost:5080";
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    /// <summary>The vendors that were found: one folder each in the mappings' assembly.</summary>
    public static VendorCatalog Vendors { get; } = VendorCatalog.Scan(Assembly.Load("FhirGateway.Mappings"));

    /// <param name="args">Configuration as on the command line: <c>--Gateway:Ledger:Path=…</c>.</param>
    /// <param name="adjust">Last word over configuration and services; null for none.</param>
    /// <exception cref="OptionsValidationException">Settings that could not work: each failure is a sentence.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // The settings beside the program count, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = "FhirGateway",
            EnvironmentName = UnsaidEnvironment(),
        });
        if (AddressKeys.All(key => builder.Configuration[key] is not { Length: > 0 })) builder.WebHost.UseUrls(DefaultUrl);
        var contentRoot = builder.Environment.ContentRootPath;
        if (SettingPaths.SecretsIn(builder.Configuration, contentRoot) is { } secrets)
        {
            if (!Directory.Exists(secrets)) throw Wrong([$"Gateway:SecretsFolder: there is no folder {secrets}."]);
            builder.Configuration.AddKeyPerFile(secrets, optional: false);
        }

        adjust?.Invoke(builder);
        SettingPaths.MakeAbsolute(builder.Configuration, contentRoot);
        if (SettingNames.Wrong(builder.Configuration) is { Count: > 0 } wrong) throw Wrong(wrong);
        AddServices(builder);
        var hasStarted = TellStartFailuresOnce(builder.Logging);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(hasStarted);
        Use(app);
        return app;
    }

    private static OptionsValidationException Wrong(IReadOnlyList<string> sentences) =>
        new(GatewaySettings.Section, typeof(GatewaySettings), sentences);

    // What keeps the gateway from starting is told by whoever starts it, in words; the host and its server would log it with their stacks.
    private static Action TellStartFailuresOnce(ILoggingBuilder logging)
    {
        var hasStarted = false;
        foreach (var category in (string[])["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"])
            logging.AddFilter(category, level => hasStarted && level >= LogLevel.Warning);
        return () => hasStarted = true;
    }

    // What dotnet run builds is for development unless it is told otherwise; what is published is not. A launchSettings.json would say
    // the same, but dotnet run announces it on standard output, which belongs to the commands that print JSON.
    private static string? UnsaidEnvironment()
    {
#if DEBUG
        return Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null
            && Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is null
            ? Environments.Development
            : null;
#else
        return null;
#endif
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var section = builder.Configuration.GetSection(GatewaySettings.Section);
        var settings = section.Get<GatewaySettings>() ?? new GatewaySettings();

        services.TryAddSingleton(Vendors);
        var vendors = (VendorCatalog)services.Last(service => service.ServiceType == typeof(VendorCatalog)).ImplementationInstance!;
        services.AddSingleton<IValidateOptions<GatewaySettings>, SettingsChecks>();
        services.AddSingleton<IValidateOptions<GatewaySettings>, SourceChecks>();
        services.AddSingleton<IValidateOptions<GatewaySettings>, ConformanceChecks>();
        services.AddSingleton<IValidateOptions<GatewaySettings>, ProofChecks>();
        services.AddSingleton<IValidateOptions<GatewaySettings>, LedgerKeyChecks>();
        services.AddSingleton<IValidateOptions<GatewaySettings>, ClusterChecks>();
        services.AddSingleton<IValidateOptions<GatewaySettings>, RetentionChecks>();
        services.AddOptions<GatewaySettings>().Bind(section).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);

        // Deliveries that are on their way don't wait for the last webhook to be answered, nor that for them.
        services.Configure<HostOptions>(host => (host.ShutdownTimeout, host.ServicesStopConcurrently) = (settings.ShutdownTimeout, true));
        services.AddSingleton<SourceCatalog>();
        services.AddSingleton<GatewayMetrics>();
        TelemetryExport.Add(services, builder.Configuration);
        services.TryAddSingleton(LedgerOpening.Open);

        services.AddHostedService<RecordingReport>();
        services.AddSingleton<CallLimits>();
        services.AddSingleton<CallReader>();
        services.AddSingleton<MessageRecorder>();
        services.AddSingleton<Refusals>();
        services.AddHostedService(provider => provider.GetRequiredService<Refusals>());
        services.AddSingleton<WebhookEndpoint>();
        services.Configure<KestrelServerOptions>(ConnectionLimits.Connections);
        services.Configure<ForwardedHeadersOptions>(forwarded => ConnectionLimits.Proxies(forwarded, settings.Receiving));

        services.AddSingleton<BundleCheck>(BundleChecks.ReadsBackUnchanged);
        services.AddSingleton<BundleCheck>(BundleChecks.WritesEachResourceOnce);
        services.AddSingleton<Conformance>();
        services.AddSingleton<BundleCheck>(provider => provider.GetRequiredService<Conformance>().Check);
        services.AddSingleton<RecentReadings>();
        var destinations = ConfiguredDestination.All(settings);
        DestinationParts.Add(services, destinations[0]);
        services.AddSingleton(
            provider => new AllDestinations(destinations, provider, named => DestinationParts.Of(named, provider)));
        services.AddSingleton<MovedSources>();
        services.AddHostedService(provider => provider.GetRequiredService<MovedSources>());
        services.AddHostedService<SameWrites>();
        if (settings.Cluster.Enabled) ClusterJoining.Add(services);
        else services.AddSingleton<ITurns>(provider => provider.GetRequiredService<TurnsAlone>());
        services.AddHostedService<DeliveryWorker>();
        services.AddHostedService<ParkedWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<AllDestinations>());
        services.AddHostedService<RetentionWorker>();

        services.TryAddSingleton(provider => new SandboxServer(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DefinitelyMissing>(provider => (source, lookup, cancellationToken) =>
            provider.GetRequiredService<AllDestinations>().Of<Lookups>(source).IsMissingAsync(lookup, cancellationToken));
        services.AddHostedService(provider => provider.GetRequiredService<ProbedDestination>());

        services.AddDataProtection();
        services.Configure<KeyManagementOptions>(
            keys => (keys.XmlRepository, keys.XmlEncryptor) = (new ForgottenKeys(), new NullXmlEncryptor()));
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        // No scheme is the default: with only one, it would look at every call, and an issuer that is down would answer for webhooks too.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        var authentication = services.AddAuthentication();
        ApiAuthentication.Add(authentication, settings.Api);
        BearerTokens.Add(authentication, settings, vendors);
        services.AddAuthorizationBuilder().AddPolicy(
            ApiAuthentication.Scheme, policy => policy.AddAuthenticationSchemes(ApiAuthentication.Scheme).RequireAuthenticatedUser());
        var health = services.AddHealthChecks().AddCheck<LedgerCheck>("ledger");
        foreach (var destination in destinations) DestinationCheck.Add(health, destination);
    }

    private static void Use(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<IOptions<GatewaySettings>>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        if (app.Configuration.GetSection("Gateway:Receiving:TrustedProxies").GetChildren().Any()) app.UseForwardedHeaders();
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.Use((call, next) =>
        {
            ConnectionLimits.SecurityHeaders(call.Response.Headers);
            return next(call);
        });
        app.UseRouting();
        ApiEndpoints.RefusePlainHttp(app, settings.Value.Receiving);
        app.UseAuthentication();
        app.UseAuthorization();

        // A vendor's proof is the endpoint's own matter: what the API's callers pass through is none of it.
        app.MapPost(
            "/webhooks/{source}", (string source, HttpContext call, WebhookEndpoint endpoint) => endpoint.ReceiveAsync(source, call))
            .ShortCircuit();
        ApiEndpoints.Map(app);
        PublicKeysEndpoint.Map(app);
        TelemetryExport.Map(app);
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = HealthAnswer.WriteAsync });
        if (!HasDestination(app.Configuration) && (settings.Value.Destination.Sandbox ?? app.Environment.IsDevelopment()))
            app.MapSandbox("/fhir", app.Services.GetRequiredService<SandboxServer>());
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (!ApiAuthentication.IsOn(settings.Value.Api)) ReceivingLog.ApiIsOff(app.Logger);
            if (!HasDestination(app.Configuration)) PipelineLog.DeliversToSandbox(app.Logger);
            else if (settings.Value.IdentifierBase is not { Length: > 0 }) PipelineLog.HasNoIdentifierBase(app.Logger);
            if (HasDestination(app.Configuration))
                _ = app.Services.GetRequiredService<KnownDestination>().IsReachableAsync(app.Lifetime.ApplicationStopping);
        });
    }

    private static bool HasDestination(IConfiguration configuration) => configuration["Gateway:Destination:BaseUrl"] is { Length: > 0 };
}
