using FhirGateway.Ledger;
using FhirGateway.Settings;

namespace FhirGateway.Pipeline;

/// <summary>The sources whose deliveries go to one destination.</summary>
public sealed class OwnSources(ConfiguredDestination destination)
{
    /// <summary>Which they are; null for all there are.</summary>
    public SourceFilter? Filter { get; } = destination is { IsDefault: true, Sources.Count: 0 }
        ? null
        : new SourceFilter(destination.Sources, destination.IsDefault);

    /// <summary>The destination's name.</summary>
    public string Destination => destination.Name;

    /// <summary>Whether they are all that name no other destination.</summary>
    public bool AreOfDefault => destination.IsDefault;

    /// <summary>Whether a source is one of them.</summary>
    public bool Has(string source) => Filter?.Has(source) != false;
}
