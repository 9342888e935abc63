using System.Text;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Pipeline;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Tests.Pipeline;

/// <summary>What does not conform to R4 or to the site's profiles is not sent, unless the site says otherwise.</summary>
public sealed class ConformanceTests : IDisposable
{
    private const string Source = "insight-health";
    private const string Profile = "http://example.org/fhir/StructureDefinition/described-document";
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("fhirgateway-conformance-");

    public void Dispose() => _cache.Delete(recursive: true);

    [Fact]
    public void What_breaks_R4_is_named_by_place_and_rule_and_never_quoted()
    {
        var problem = Assert.Single(Check(
            new ConformanceOptions(),
            """{"resourceType":"Bundle","type":"collection","entry":"""
                + """[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":"""
                    + """{"resourceType":"Patient","gender":"Somebody's words"}}]}"""));

        Assert.Equal(ProblemSeverity.Error, problem.Severity);
        Assert.Equal(
            "Bundle.entry[0].resource.gender breaks the rule binding of http://hl7.org/fhir/StructureDefinition/Patient.", problem.Text);
    }

    [Fact]
    public async Task A_note_that_breaks_the_sites_profile_is_dead_and_says_which_rule()
    {
        await using var gateway = await RunningGateway.StartAsync(Settings());
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var delivery = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
        Assert.Contains($"resource breaks the rule cardinality of {Profile}", delivery.Reason, StringComparison.Ordinal);
        Assert.Contains(Profile, delivery.Outcome, StringComparison.Ordinal);
        Assert.Empty(await gateway.AllAsync("DocumentReference"));
    }

    [Fact]
    public async Task It_is_sent_where_the_site_wants_only_a_report_and_the_receipt_says_what_is_wrong()
    {
        await using var gateway = await RunningGateway.StartAsync(Settings(("Gateway:Validation:OnInvalid", "Report")));
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var delivery = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Delivered));
        Assert.Contains($"breaks the rule cardinality of {Profile}", delivery.Receipt, StringComparison.Ordinal);
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }

    // A package of the site's own, whose profile wants what no mapping writes.
    private Dictionary<string, string?> Settings(params (string Key, string Value)[] more)
    {
        var package = _cache.CreateSubdirectory("example.profiles#1.0.0").CreateSubdirectory("package").FullName;
        File.WriteAllText(
            Path.Combine(package, "package.json"), """{"name":"example.profiles","version":"1.0.0","fhirVersions":["4.0.1"]}""");
        File.WriteAllText(Path.Combine(package, "StructureDefinition-described-document.json"), $$$"""
            {"resourceType":"StructureDefinition","id":"described-document","url":"{{{Profile}}}","name":"DescribedDocument","status":"active","kind":"resource","abstract":false,
             "type":"DocumentReference","baseDefinition":"http://hl7.org/fhir/StructureDefinition/DocumentReference","derivation":"constraint",
             "differential":{"element":[{"id":"DocumentReference.authenticator","path":"DocumentReference.authenticator","min":1}]}}
            """);
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Validation:PackageCache"] = _cache.FullName,
            ["Gateway:Validation:Packages:0"] = "example.profiles#1.0.0",
            ["Gateway:Validation:Profiles:0"] = Profile,
        };
        foreach (var (key, value) in more) settings[key] = value;
        return settings;
    }

    private static IReadOnlyList<Problem> Check(ConformanceOptions options, string bundle) =>
        new Conformance(
            Options.Create(new GatewaySettings { Validation = options })).Check(new OutgoingBundle(Encoding.UTF8.GetBytes(bundle)));
}
