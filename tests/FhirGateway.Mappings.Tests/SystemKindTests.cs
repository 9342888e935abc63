using System.Diagnostics.CodeAnalysis;
using FhirGateway.Mapping;

namespace FhirGateway.Mappings.Tests;

/// <summary>A source's settings are held against the kinds of systems that its vendor's mappings ask for.</summary>
public sealed class SystemKindTests
{
    // The gateway's own names for what it writes: no site's, so no site names their systems.
    private static readonly HashSet<string> Own = ["Document", "Event", "MedicationStatement"];

    [Fact]
    public void No_kind_that_a_mapping_asks_for_is_refused_in_a_sources_settings()
    {
        foreach (var vendor in Vendors.Catalog.Vendors)
        {
            var asked = new Asked();
            var source = new SourceSettings("site", vendor.Name, asked, new Dictionary<string, string>());
            foreach (var sample in vendor.Samples)
            {
                foreach (var e in vendor.Read(sample.Body, source).Events.Where(e => e is { Acknowledged: null, Problems: [] }))
                    vendor.Translate(e, Translating.ContextOf(vendor.Name, e, sample, source));
            }

            Assert.NotEmpty(asked.Kinds);
            Assert.Empty(asked.Kinds.Except(vendor.SystemKinds).Except(Own));
        }
    }

    /// <summary>Systems of which none is configured, and which remembers what it was asked for.</summary>
    private sealed class Asked : Dictionary<string, string>, IReadOnlyDictionary<string, string>
    {
        public HashSet<string> Kinds { get; } = [];

        bool IReadOnlyDictionary<string, string>.TryGetValue(string key, [MaybeNullWhen(false)] out string value)
        {
            Kinds.Add(key);
            value = null;
            return false;
        }

        bool IReadOnlyDictionary<string, string>.ContainsKey(string key)
        {
            Kinds.Add(key);
            return false;
        }
    }
}
