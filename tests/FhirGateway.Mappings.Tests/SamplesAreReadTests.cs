using FhirGateway.Mapping;

namespace FhirGateway.Mappings.Tests;

public sealed class SamplesAreReadTests
{
    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void A_sample_is_a_message_that_its_vendor_would_send(string vendor, string sample)
    {
        var reading = Vendors.Named(vendor).Read(Vendors.Sample(vendor, sample).Body, Vendors.Source(vendor));

        Assert.Empty(reading.Problems);
        Assert.Equal(Verdict.Stored, reading.Verdict);
        Assert.NotEmpty(reading.Events);
    }

    [Fact]
    public void Every_vendor_has_one_sample_for_the_demonstration() =>
        Assert.All(Vendors.Catalog.Vendors, vendor => Assert.Single(vendor.Samples, s => s.IsDemo));

    [Fact]
    public void Every_vendor_says_how_its_sender_proves_who_it_is() =>
        Assert.All(Vendors.Catalog.Vendors, vendor => Assert.NotEmpty(vendor.Proofs));
}
