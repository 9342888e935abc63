using System.Diagnostics.CodeAnalysis;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Sources;

/// <summary>The configured sources by name, fixed when the gateway starts.</summary>
public sealed class SourceCatalog(IOptions<GatewaySettings> settings, VendorCatalog vendors)
{
    private readonly Dictionary<string, Source> _sources = settings.Value.Sources.ToDictionary(
        source => source.Key,
        source => new Source(source.Key, source.Value, vendors.Find(source.Value.Vendor)!, settings.Value),
        StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<Source> All => _sources.Values;

    public bool TryGet(string name, [NotNullWhen(true)] out Source? source) => _sources.TryGetValue(name, out source);
}
