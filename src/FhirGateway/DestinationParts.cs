using FhirGateway.Destination;
using FhirGateway.Destination.Probing;
using FhirGateway.Destination.Proofs;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Pipeline;
using FhirGateway.Receiving;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FhirGateway;

/// <summary>
/// The parts that each destination has of its own: the way there, what is known of it, its pause, its queue. The default one's are among
/// the program's services; a named one's are put together in the same way, and share with the others what is the program's.
/// </summary>
internal static class DestinationParts
{
    // Reached without a network: the name exists nowhere (RFC 2606).
    public const string SandboxUrl = "http://sandbox.invalid/fhir";

    // Of the program, whichever destination.
    private static readonly Type[] Shared =
    [
        typeof(IOptions<GatewaySettings>), typeof(TimeProvider), typeof(ILoggerFactory), typeof(ILedger), typeof(SourceCatalog),
        typeof(VendorCatalog), typeof(GatewayMetrics), typeof(RecentReadings), typeof(MovedSources),
    ];

    /// <summary>Adds the parts of one destination, but not who claims its deliveries.</summary>
    public static void Add(IServiceCollection services, ConfiguredDestination destination)
    {
        services.AddSingleton(destination);
        services.AddSingleton(destination.Options);
        services.AddSingleton<OwnSources>();
        services.AddSingleton(provider => new Arrivals(
            provider.GetRequiredService<ILedger>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<OwnSources>().Filter));
        services.AddSingleton<FormerKeys>();
        services.AddSingleton<UnrecordedVersions>();
        services.AddSingleton<VersionHistory>();
        services.AddSingleton<UpdateHistory>();
        services.AddSingleton<DeliveryPipeline>();
        services.AddSingleton<LaneRunner>();
        services.AddSingleton<TurnsAlone>();

        services.TryAddKeyedSingleton<HttpMessageHandler>(typeof(FhirServer), (provider, _) => Transport(provider));
        services.AddSingleton<DestinationTransport>();
        services.AddSingleton<ClientKeys>();
        if (destination.Options.BackendServices is not null) services.AddSingleton(AccessTokensOf);
        services.AddSingleton<DestinationPause>();
        services.AddSingleton<ConcurrencyLimit>();
        services.AddSingleton(Open);
        services.AddSingleton<Lookups>();
        services.AddSingleton(MemoryOf);
        services.AddSingleton<KnownDestination>();
        services.AddSingleton<ProbedDestination>();
        services.AddSingleton<SharedResources>();
        services.AddSingleton<BundlePreparation>();
        services.AddSingleton<RefusalJudgement>();
        services.AddSingleton<TransactionSender>();
    }

    /// <summary>The parts of a named destination, with who claims its deliveries.</summary>
    /// <param name="program">The program's services.</param>
    public static ServiceProvider Of(ConfiguredDestination destination, IServiceProvider program)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        foreach (var type in Shared) services.Replace(ServiceDescriptor.Singleton(type, program.GetRequiredService(type)));
        foreach (var check in program.GetServices<BundleCheck>()) services.AddSingleton(check);
        if (program.GetKeyedService<HttpMessageHandler>(destination.Name) is { } wire)
            services.AddKeyedSingleton<HttpMessageHandler>(typeof(FhirServer), (_, _) => wire);
        Add(services, destination);
        if (program.GetRequiredService<IOptions<GatewaySettings>>().Value.Cluster.Enabled) ClusterJoining.Share(services, program);
        else services.AddSingleton<ITurns>(provider => provider.GetRequiredService<TurnsAlone>());
        services.AddHostedService<SameWrites>();
        services.AddHostedService<DeliveryWorker>();
        services.AddHostedService<ParkedWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ProbedDestination>());
        return services.BuildServiceProvider();
    }

    private static HttpMessageHandler Transport(IServiceProvider provider) =>
        provider.GetRequiredService<DestinationOptions>().BaseUrl is { Length: > 0 }
            ? provider.GetRequiredService<DestinationTransport>()
            : new SandboxHandler(provider.GetRequiredService<SandboxServer>(), SandboxUrl);

    private static DestinationMemory MemoryOf(IServiceProvider provider)
    {
        var ledger = provider.GetRequiredService<ILedger>();
        var subject = provider.GetRequiredService<FhirServer>().BaseUrl;
        return new DestinationMemory(
            async cancellationToken => (await ledger.LearntAsync(subject, cancellationToken))
                .ToDictionary(fact => fact.Key, fact => (fact.Value.Value, fact.Value.At), StringComparer.Ordinal),
            (name, value) => ledger.LearnAsync(subject, name, value));
    }

    private static AccessTokens AccessTokensOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<DestinationOptions>();
        var transport = provider.GetRequiredKeyedService<HttpMessageHandler>(typeof(FhirServer));
        var clock = provider.GetRequiredService<TimeProvider>();
        var endpoint = new TokenEndpoint(options, provider.GetRequiredService<ClientKeys>(), TokenEndpoint.Client(transport), clock);
        return new AccessTokens(endpoint, options.BackendServices!.Scope, clock, provider.GetRequiredService<ILogger<AccessTokens>>());
    }

    private static FhirServer Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<DestinationOptions>();
        var baseUrl = new Uri(options.BaseUrl is { Length: > 0 } url ? url : SandboxUrl);
        var transport = provider.GetRequiredKeyedService<HttpMessageHandler>(typeof(FhirServer));
        if (provider.GetService<AccessTokens>() is { } tokens) transport = new TokenHandler(tokens) { InnerHandler = transport };
        return new FhirServer(new FhirClient(DestinationClient.Create(
            options,
            baseUrl,
            transport,
            provider.GetRequiredService<DestinationPause>(),
            provider.GetRequiredService<ConcurrencyLimit>(),
            provider.GetRequiredService<TimeProvider>())));
    }
}
