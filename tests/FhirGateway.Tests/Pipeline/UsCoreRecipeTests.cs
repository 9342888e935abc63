using FhirGateway.Ledger;
using FhirGateway.Packages;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Pipeline;

/// <summary>The recipe of profiles/README.md: every note is held against US Core before it is sent.</summary>
public sealed class UsCoreRecipeTests : IDisposable
{
    private const string Package = "fhir-packages/hl7.fhir.us.core-6.1.0.tgz";
    private readonly DirectoryInfo _cache = Directory.CreateTempSubdirectory("fhirgateway-uscore-");

    public void Dispose() => _cache.Delete(recursive: true);

    [SharedFact(Package)]
    public async Task Notes_with_content_are_delivered_and_a_document_that_is_only_named_says_what_it_lacks()
    {
        await using (var archive = File.OpenRead(Repository.SharedPath(Package)!)) new PackageCache(_cache.FullName).Install(archive);
        await using var gateway = await RunningGateway.StartAsync(new()
        {
            ["Gateway:Validation:PackageCache"] = _cache.FullName,
            ["Gateway:Validation:Packages:0"] = "hl7.fhir.us.core#6.1.0",
            ["Gateway:Validation:Profiles:0"] = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference",
            ["Gateway:Sources:metriport:Validation"] = "warn",
        });
        foreach (var source in new[] { "insight-health", "hami", "human-api" })
        {
            await Samples.PrepareAsync(gateway, source);
            await gateway.SendAsync(source, Samples.Demo(source));
        }

        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "p1");
        await gateway.Ledger.PutCorrelationAsync(
            "nabla", "visit-5510-note-1", """{ "patient": "p1", "template": "GENERIC_SOAP", "locale": "en-US" }""");
        await gateway.SendAsync("nabla", Samples.Demo("nabla"));
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "MRN-20441");
        await gateway.SendAsync("metriport", Samples.Demo("metriport"));

        foreach (var source in new[] { "insight-health", "nabla", "hami", "human-api" })
        {
            var delivery = Assert.Single(await gateway.UntilStateAsync(source, DeliveryState.Delivered));
            Assert.DoesNotContain("us-core", delivery.Receipt, StringComparison.Ordinal);
        }

        // Of its two patients, the query for one failed.
        var deliveries = await gateway.UntilAsync(
            "metriport", deliveries => deliveries.Any(delivery => delivery.State == DeliveryState.Delivered));
        var named = Assert.Single(deliveries, delivery => delivery.State == DeliveryState.Delivered);
        Assert.Contains("DocumentReference.content[0].attachment: ", named.Receipt, StringComparison.Ordinal);
        Assert.Contains("(rule us-core-6 of ", named.Receipt, StringComparison.Ordinal);
    }
}
