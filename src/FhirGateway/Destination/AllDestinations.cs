using FhirGateway.Settings;

namespace FhirGateway.Destination;

/// <summary>The destinations that run side by side, each with parts of its own; the named ones are started and stopped here.</summary>
/// <param name="program">The program's services, among which are the default one's parts.</param>
/// <param name="make">Makes the parts of a named one.</param>
public sealed class AllDestinations(
    IReadOnlyList<ConfiguredDestination> destinations,
    IServiceProvider program,
    Func<ConfiguredDestination, ServiceProvider> make)
    : IHostedService, IAsyncDisposable
{
    private readonly Lazy<IReadOnlyList<(ConfiguredDestination Destination, ServiceProvider Parts)>> _named = new(
        () => [.. destinations.Where(each => !each.IsDefault).Select(each => (each, make(each)))]);

    /// <summary>Each by its name, with its parts.</summary>
    public IEnumerable<(string Name, IServiceProvider Parts)> All =>
        [(ConfiguredDestination.Default, program), .. _named.Value.Select(each => (each.Destination.Name, (IServiceProvider)each.Parts))];

    /// <summary>The sources that delivered to another one before.</summary>
    public IReadOnlyList<MovedSource> Moved { get; set; } = [];

    /// <summary>A part of the destination that a source delivers to.</summary>
    public T Of<T>(string source)
        where T : notnull => (_named.Value.FirstOrDefault(each => Owns(each.Destination, source)).Parts ?? program).GetRequiredService<T>();

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var each in Hosted()) await each.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Hosted().Select(each => each.StopAsync(cancellationToken)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_named.IsValueCreated) return;
        foreach (var (_, parts) in _named.Value) await parts.DisposeAsync();
    }

    private static bool Owns(ConfiguredDestination destination, string source) =>
        destination.Sources.Contains(source, StringComparer.OrdinalIgnoreCase);

    private IEnumerable<IHostedService> Hosted() => _named.Value.SelectMany(each => each.Parts.GetServices<IHostedService>());
}
