namespace FhirGateway.Settings;

/// <summary>One destination, and the sources that deliver to it.</summary>
/// <param name="Name">Its name; <see cref="Default"/> for <c>Gateway:Destination</c>.</param>
/// <param name="Sources">
/// The names of its sources; of the default one, those that are not its: whatever names no destination is the default one's.
/// </param>
public sealed record ConfiguredDestination(string Name, DestinationOptions Options, IReadOnlyList<string> Sources)
{
    /// <summary>The name of the one that sources need not name.</summary>
    public const string Default = "default";

    /// <summary>Whether sources need not name it.</summary>
    public bool IsDefault => Name == Default;

    /// <summary>All that are configured, the default one first.</summary>
    public static IReadOnlyList<ConfiguredDestination> All(GatewaySettings settings)
    {
        var elsewhere = settings.Sources.Where(source => !IsOfDefault(source.Value)).ToList();
        return
        [
            new ConfiguredDestination(Default, settings.Destination, [.. elsewhere.Select(source => source.Key)]),
            .. settings.Destinations.OrderBy(each => each.Key, StringComparer.OrdinalIgnoreCase).Select(each =>
            {
                each.Value.At = $"{GatewaySettings.Section}:Destinations:{each.Key}";
                var own = elsewhere.Where(source => each.Key.Equals(source.Value.Destination, StringComparison.OrdinalIgnoreCase));
                return new ConfiguredDestination(each.Key, each.Value, [.. own.Select(source => source.Key)]);
            }),
        ];
    }

    /// <summary>Whether a source delivers to the default one.</summary>
    public static bool IsOfDefault(SourceOptions source) =>
        source.Destination is not { Length: > 0 } name || name.Equals(Default, StringComparison.OrdinalIgnoreCase);
}
