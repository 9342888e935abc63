using System.Diagnostics;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Mappings.Hami;
#if BEFORE_SDK
using FhirGateway.Fhir.Serialization;
using FhirGateway.Fhir.Validation;
#else
using FhirGateway.Mapping.Json;
using FhirGateway.Tests.OwnPackage;
using FhirGateway.Validation;
#endif

namespace FhirGateway.Benchmarks;

/// <summary>
/// Every sample of every vendor through read, translate and write, without and with the check by R4's definitions, and by this gateway's
/// own profiles: messages a second and bytes allocated. To measure commit 95058f2 in the same way, compile this one file against its
/// mappings with the constant BEFORE_SDK.
/// </summary>
internal static class TranslateBenchmark
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);
    private static readonly MessageFacts Facts = new("message-1", new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero));

    public static int Run()
    {
        var work = VendorCatalog.Scan(typeof(HamiVendor).Assembly).Vendors
            .Select(vendor => (Vendor: vendor, Samples: vendor.Samples.Where(sample => Owes(vendor, sample)).ToList()))
            .ToList();
        var validator = new FhirValidator();
        foreach (var (vendor, samples) in work)
            Report(vendor.Name, samples.Count, () => samples.ForEach(sample => Translate(vendor, sample, null)));
        var all = work.SelectMany(item => item.Samples.Select(sample => (item.Vendor, Sample: sample))).ToList();
        Report("all", all.Count, () => all.ForEach(item => Translate(item.Vendor, item.Sample, null)));
        Report("all, checked", all.Count, () => all.ForEach(item => Translate(item.Vendor, item.Sample, validator)));
#if !BEFORE_SDK
        var own = new FhirValidator(OwnDefinitions.Load());
        Report(
            "all, by profiles", all.Count,
            () => all.ForEach(item => Translate(item.Vendor, item.Sample, own, OwnDefinitions.Transaction)));
#endif
        return 0;
    }

    private static bool Owes(VendorDefinition vendor, Sample sample) =>
        vendor.Read(sample.Body, SourceOf(vendor)).Events.Any(e => e.Acknowledged is null && e.Problems.Count == 0);

    private static SourceSettings SourceOf(VendorDefinition vendor) => SourceSettings.Default("bench", vendor.Name);

    private static void Translate(VendorDefinition vendor, Sample sample, FhirValidator? validator, params string[] profiles)
    {
        var source = SourceOf(vendor);
        foreach (var e in vendor.Read(sample.Body, source).Events)
        {
            if (e.Acknowledged is not null || e.Problems.Count > 0) continue;
            var found = new Dictionary<Lookup, JsonElement>();
#if BEFORE_SDK
            var lookups = vendor.Plan(e, source, Facts).Lookups;
#else
            var lookups = vendor.LookupsOf(e, source);
#endif
            foreach (var lookup in lookups)
            {
                if (sample.Found.TryGetValue(lookup.Kind, out var json)) found[lookup] = json;
            }

            var translation = vendor.Translate(e, new TranslationContext(source, Facts, found, Predecessor: null, IsLate: false));
            if (translation.Bundle is not { } bundle)
            {
                throw new InvalidOperationException($"{vendor.Name}/{sample.Name} is not translated.");
            }

#if BEFORE_SDK
            var bytes = FhirJsonSerializer.SerializeToBytes(bundle);
#else
            var bytes = ResourceJson.Write(bundle);
#endif
            validator?.Validate(bytes, profiles);
        }
    }

    private static void Report(string name, int messages, Action once)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < Measured / 2;) once();
        var (before, clock, rounds) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew(), 0);
        for (; clock.Elapsed < Measured; rounds++) once();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var done = (double)rounds * messages;
        Console.WriteLine(
            $"{name,-16}{messages,3} messages {done / clock.Elapsed.TotalSeconds,10:N0}/s {allocated / done / 1024,8:N1} KiB each");
    }
}
