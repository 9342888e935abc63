using System.Text;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Pipeline;
using FhirGateway.Settings;
using FhirGateway.Sources;
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
    public void What_breaks_R4_is_named_by_place_and_demand_and_never_quoted()
    {
        var problem = Assert.Single(Check(Broken("""{"resourceType":"Patient","gender":"Somebody's words"}""")));

        Assert.Equal(ProblemSeverity.Error, problem.Severity);
        Assert.Equal(
            "Patient.gender: the code is not in the value set AdministrativeGender (http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1); "
                + "the code must come from it (rule binding of http://hl7.org/fhir/StructureDefinition/Patient, entry 0).",
            problem.Text);
    }

    [Fact]
    public void What_is_in_a_wrong_place_is_not_quoted_either()
    {
        var problem = Assert.Single(Check(Broken("""{"resourceType":"Patient","Somebody's words":true}""")));

        Assert.Equal("Patient breaks the rule unknown-element (http://hl7.org/fhir/StructureDefinition/Patient, entry 0).", problem.Text);
    }

    [Fact]
    public void A_resource_is_held_against_the_profile_of_this_gateway_that_it_states()
    {
        var problems = Check(Broken(
            """{"resourceType":"Organization","meta":{"profile":["urn:fhir-gateway:profile:custodian"]},"identifier":[{"system":"urn:a","value":"b"}]}"""));

        Assert.Equal(
            ["Organization.name is missing: at least 1 must be given (rule cardinality of urn:fhir-gateway:profile:custodian, entry 0)."],
            problems.Select(problem => problem.Text));
    }

    [Fact]
    public void A_bundle_is_held_against_the_profile_of_transactions()
    {
        var problem = Assert.Single(Check("""{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Patient","active":true},"request":{"method":"POST","url":"Patient"}}]}"""));

        Assert.Equal(
            "Bundle: exactly one Provenance tells where all of it comes from (rule fhirgateway-transaction-1 of urn:fhir-gateway:profile:transaction).",
            problem.Text);
    }

    [Fact]
    public void What_only_ends_an_earlier_version_is_not_judged_anew()
    {
        var bundle = new OutgoingBundle(Encoding.UTF8.GetBytes(Broken("""{"resourceType":"Patient","gender":"unheard of"}"""))) { Ending = [0] };

        Assert.Equal(ProblemSeverity.Information, Assert.Single(Check(bundle)).Severity);
    }

    [Fact]
    public async Task A_note_that_breaks_the_sites_profile_is_dead_and_says_which_rule()
    {
        await using var gateway = await RunningGateway.StartAsync(Settings());
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var delivery = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
        Assert.Contains(
            $"DocumentReference.authenticator is missing: at least 1 must be given (rule cardinality of {Profile}",
            delivery.Reason,
            StringComparison.Ordinal);
        Assert.Contains(Profile, delivery.Outcome, StringComparison.Ordinal);
        Assert.Empty(await gateway.AllAsync("DocumentReference"));
    }

    [Theory]
    [InlineData("Gateway:Validation:OnInvalid", "Report")]
    [InlineData("Gateway:Sources:insight-health:Validation", "warn")]
    public async Task It_is_sent_where_the_site_wants_only_a_report_and_the_receipt_says_what_is_wrong(string setting, string value)
    {
        await using var gateway = await RunningGateway.StartAsync(Settings((setting, value)));
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var delivery = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Delivered));
        Assert.Contains("DocumentReference.authenticator is missing", delivery.Receipt, StringComparison.Ordinal);
        Assert.Single(await gateway.AllAsync("DocumentReference"));
    }

    [Fact]
    public async Task It_is_sent_and_nothing_is_said_where_a_source_is_not_checked()
    {
        await using var gateway = await RunningGateway.StartAsync(Settings(("Gateway:Sources:insight-health:Validation", "off")));
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        var delivery = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Delivered));
        Assert.DoesNotContain("authenticator", delivery.Receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_source_says_itself_wins_over_what_is_said_for_all()
    {
        await using var gateway = await RunningGateway.StartAsync(Settings(
            ("Gateway:Validation:OnInvalid", "Report"), ("Gateway:Sources:insight-health:Validation", "strict")));
        await Samples.PrepareAsync(gateway, Source);
        await gateway.SendAsync(Source, Samples.Demo(Source));

        Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
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

    // A sound transaction with one more entry, the first.
    private static string Broken(string resource) => $$$"""
        {"resourceType":"Bundle","type":"transaction","entry":[
          {"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{{{resource}}},"request":{"method":"PUT","url":"Patient/1"}},
          {"fullUrl":"urn:uuid:1a6bd88d-6b6b-4d6c-8d3f-2f8e2b8f4f11","request":{"method":"PUT","url":"Provenance/1a6bd88d-6b6b-4d6c-8d3f-2f8e2b8f4f11"},
           "resource":{"resourceType":"Provenance","id":"1a6bd88d-6b6b-4d6c-8d3f-2f8e2b8f4f11","target":[{"reference":"Patient/1"}],
            "recorded":"2026-03-02T10:00:00Z","agent":[{"who":{"display":"somebody"}}]}}]}
        """;

    private static IReadOnlyList<Problem> Check(string bundle) => Check(new OutgoingBundle(Encoding.UTF8.GetBytes(bundle)));

    private static IReadOnlyList<Problem> Check(OutgoingBundle bundle) => new Conformance(Options.Create(new GatewaySettings()))
        .Check(bundle, new Source(Source, new SourceOptions { Vendor = Source }, GatewayHost.Vendors.Find(Source)!));
}
