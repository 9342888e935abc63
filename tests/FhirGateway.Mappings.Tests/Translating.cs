using System.Text.Json;
using FhirGateway.Mapping;

namespace FhirGateway.Mappings.Tests;

/// <summary>Samples translated as the gateway would: lookups answered from the sample's own <c>.found.json</c>, translation.</summary>
public static class Translating
{
    public static MessageFacts Facts { get; } = new("message-1", new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));

    public static IReadOnlyList<VendorEvent> EventsOf(string vendor, string sample) =>
        Vendors.Named(vendor).Read(Vendors.Sample(vendor, sample).Body, Vendors.Source(vendor)).Events;

    public static TranslationContext ContextOf(string vendor, VendorEvent e, Sample sample, SourceSettings? settings = null)
    {
        var source = settings ?? Vendors.Source(vendor);
        var found = new Dictionary<Lookup, JsonElement>();
        foreach (var lookup in Vendors.Named(vendor).LookupsOf(e, source))
        {
            if (sample.Found.TryGetValue(lookup.Kind, out var json)) found[lookup] = json;
        }

        return new TranslationContext(source, Facts, found, Predecessor: null, IsLate: false);
    }

    /// <summary>The deliveries that a sample owes.</summary>
    /// <param name="settings">The source's; unsaid, those of the tests.</param>
    /// <param name="build">The gateway's; null for none.</param>
    public static IReadOnlyList<Translation> Of(string vendor, string sample, SourceSettings? settings = null, string? build = null) =>
        [.. EventsOf(vendor, sample).Where(e => e.Acknowledged is null).Select(e => Vendors.Named(vendor).Translate(
            e, ContextOf(vendor, e, Vendors.Sample(vendor, sample), settings) with { Build = build }))];
}
