using FhirGateway.Mapping;
using FhirGateway.Settings;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>Whatever is written needs a scope: a type that the default lacks would be refused for all notes at once.</summary>
public sealed class NeededScopeTests
{
    [Fact]
    public void The_default_scope_covers_every_type_that_the_samples_write()
    {
        var scopes = BackendServicesOptions.NeededScope.Split(' ');
        foreach (var vendor in GatewayHost.Vendors.Vendors)
        {
            var source = SourceSettings.Default("clinic", vendor.Name);
            var entries = vendor.Samples.SelectMany(sample => EntriesOf(vendor, source, sample));
            foreach (var entry in entries.Where(entry => entry.Type != "Parameters"))
            {
                var scope = Assert.Single(scopes, each => each.StartsWith($"system/{entry.Type}.", StringComparison.Ordinal));
                Assert.EndsWith(entry.IsCreate ? ".crs" : ".crus", scope, StringComparison.Ordinal);
            }
        }
    }

    private static IEnumerable<(string Type, bool IsCreate)> EntriesOf(VendorDefinition vendor, SourceSettings source, Sample sample)
    {
        foreach (var happened in vendor.Read(sample.Body, source).Events.Where(each => each.Acknowledged is null))
        {
            var found = vendor.LookupsOf(happened, source).Where(lookup => sample.Found.ContainsKey(lookup.Kind))
                .ToDictionary(lookup => lookup, lookup => sample.Found[lookup.Kind]);
            var facts = new MessageFacts("message-1", DateTimeOffset.UnixEpoch);
            var translation = vendor.Translate(happened, new TranslationContext(source, facts, found, null, IsLate: false));
            foreach (var entry in translation.Bundle?.Entry ?? [])
                yield return (entry.Resource!.TypeName, entry.Request!.IfNoneExist is not null);
        }
    }
}
