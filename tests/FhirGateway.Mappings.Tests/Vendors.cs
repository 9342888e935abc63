using FhirGateway.Mapping;
using FhirGateway.Mappings.Hami;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests;

/// <summary>The vendors as the program finds them.</summary>
public static class Vendors
{
    public static VendorCatalog Catalog { get; } = VendorCatalog.Scan(typeof(HamiVendor).Assembly);

    public static VendorDefinition Named(string name) => Catalog.Find(name) ?? throw new InvalidOperationException($"No vendor {name}.");

    /// <summary>Every sample of every vendor: vendor, sample.</summary>
    public static TheoryData<string, string> Samples()
    {
        var data = new TheoryData<string, string>();
        foreach (var vendor in Catalog.Vendors)
        {
            foreach (var sample in vendor.Samples) data.Add(vendor.Name, sample.Name);
        }

        return data;
    }

    public static Sample Sample(string vendor, string sample) => Named(vendor).Samples.Single(s => s.Name == sample);

    /// <summary>The vendor's folder in this checkout.</summary>
    public static string FolderOf(string vendor) =>
        Path.Combine(Repository.Root, "mappings", Named(vendor).GetType().Namespace!.Split('.')[^1]);

    public static SourceSettings Source(string vendor) => SourceSettings.Default($"test-{vendor}", vendor);
}
