using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests;

/// <summary>The vendors' own examples, from the shared folder.</summary>
public sealed class SharedPayloadTests
{
    [SharedTheory("vendors/payloads")]
    [InlineData("hami", "hami/intake_summary.verbatim.json", Verdict.Stored)]
    [InlineData("insight-health", "insight-health/soap_note.verbatim.json", Verdict.Stored)]
    [InlineData("insight-health", "insight-health/hp_note_fragment.verbatim.json", Verdict.Invalid)]
    [InlineData("insight-health", "insight-health/progress_note_fragment.verbatim.json", Verdict.Invalid)]
    public void A_vendors_own_example_is_translated_whole_or_refused_by_name(string vendor, string file, Verdict verdict)
    {
        var definition = Vendors.Named(vendor);
        var reading = definition.Read(File.ReadAllBytes(Repository.SharedPath($"vendors/payloads/{file}")!), Vendors.Source(vendor));

        Assert.Equal(verdict, reading.Verdict);
        Assert.Equal(verdict != Verdict.Stored, reading.Problems.Count > 0);
        foreach (var e in reading.Events)
        {
            var translation = definition.Translate(e, new TranslationContext(Vendors.Source(vendor), Translating.Facts, new Dictionary<Lookup, System.Text.Json.JsonElement>(), null, IsLate: false));
            Assert.NotNull(translation.Bundle);
            Assert.Empty(translation.Drift);
        }
    }
}
