using FhirGateway.Mapping.Json;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// Each sample's bundles, byte for byte as in <c>samples/NAME.expected.json</c> (an array when the message owes several, none when it
/// owes none).
/// After a wanted change: <c>FHIRGATEWAY_TEST_REGENERATE=1 dotnet test --project tests/FhirGateway.Mappings.Tests</c>, then read the diff.
/// </summary>
public sealed class GoldenBundleTests
{
    public static bool Regenerates => Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_REGENERATE") == "1";

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void A_sample_becomes_exactly_the_expected_bundles(string vendor, string sample)
    {
        var translations = Translating.Of(vendor, sample);
        Assert.All(translations, t => Assert.DoesNotContain(t.Problems, p => p.Severity == Mapping.ProblemSeverity.Error));
        var bundles = translations.Select(t => ResourceJson.WritePretty(t.Bundle!)).ToList();
        var actual = (bundles.Count == 1 ? bundles[0] : $"[{string.Join(",\n", bundles)}]") + "\n";

        var path = Path.Combine(Vendors.FolderOf(vendor), "samples", sample + ".expected.json");
        if (Regenerates) File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void A_sample_translated_twice_is_the_same_bytes(string vendor, string sample)
    {
        var first = Translating.Of(vendor, sample).Select(t => ResourceJson.Write(t.Bundle!));
        var second = Translating.Of(vendor, sample).Select(t => ResourceJson.Write(t.Bundle!));

        Assert.Equal(first, second);
    }
}
