namespace FhirGateway.Sandbox.Tests.Contract;

public abstract class ReferenceContract(FhirServer server) : ServerContract(server)
{
    [Fact]
    public async Task A_literal_reference_to_nothing_is_400()
    {
        IsOutcome(await Server.Post("Encounter", Encounter($"Patient/{Mark}")), 400);
        IsOutcome(
            await Server.Post(
                "Composition", $$"""{"resourceType":"Composition","section":[{"entry":[{"reference":"Patient/{{Mark}}"}]}]}"""),
            400);
        IsOutcome(await Server.Put($"Encounter/{Mark}", Encounter($"Patient/{Mark}", $"\"id\":\"{Mark}\"")), 400);
    }

    [Fact]
    public async Task A_reference_to_a_deleted_resource_is_400()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        await Server.Delete($"Patient/{Mark}");
        IsOutcome(await Server.Post("Encounter", Encounter($"Patient/{Mark}")), 400);
    }

    [Fact]
    public async Task A_reference_to_a_type_that_may_not_stand_there_is_422()
    {
        await Server.Put($"Device/{Mark}", $$"""{"resourceType":"Device","id":"{{Mark}}"}""");
        IsOutcome(await Server.Post("Encounter", Encounter($"Device/{Mark}")), 422);
    }

    [Fact]
    public async Task Placeholders_and_words_are_not_references()
    {
        IsOutcome(await Server.Post("Encounter", Encounter(Urn(1))), 400);
        IsOutcome(await Server.Post("Encounter", Encounter("nonsense")), 400);
    }

    [Fact]
    public async Task References_elsewhere_are_kept_as_they_are()
    {
        var created = await Server.Post("Encounter", Encounter("http://elsewhere.test/fhir/Patient/12"));
        Assert.Equal(201, created.Status);
        Assert.Equal("http://elsewhere.test/fhir/Patient/12", (string?)created.Body!["subject"]!["reference"]);
    }

    [Fact]
    public async Task References_to_this_server_become_relative_and_lose_their_version()
    {
        await Server.Put($"Patient/{Mark}", Patient("1", id: Mark));
        foreach (var reference in new[] { $"{Server.BaseUrl}/Patient/{Mark}", $"Patient/{Mark}/_history/1" })
        {
            var created = await Server.Post("Encounter", Encounter(reference));
            Assert.Equal($"Patient/{Mark}", (string?)(await Server.Get($"Encounter/{created.Id}")).Body!["subject"]!["reference"]);
        }
    }

    [Fact]
    public async Task What_no_search_parameter_indexes_is_not_checked()
    {
        var extension = $$$"""{"resourceType":"Patient","extension":[{"url":"urn:x","valueReference":"""
            + $$$"""{"reference":"Patient/{{{Mark}}}"}}]}""";
        Assert.Equal(201, (await Server.Post("Patient", extension)).Status);
        var reason = $$"""{"resourceType":"MedicationStatement","reasonReference":[{"reference":"Condition/{{Mark}}"}]}""";
        Assert.Equal(201, (await Server.Post("MedicationStatement", reason)).Status);
    }

    [Fact]
    public async Task A_conditional_reference_becomes_the_one_it_matches()
    {
        var patient = await Server.Post("Patient", Patient("1"));
        var created = await Server.Post("Encounter", Encounter($"Patient?identifier={System}|1"));
        Assert.Equal(201, created.Status);
        Assert.Equal($"Patient/{patient.Id}", (string?)(await Server.Get($"Encounter/{created.Id}")).Body!["subject"]!["reference"]);
    }

    [Fact]
    public async Task A_conditional_reference_to_none_is_404_to_several_412()
    {
        IsOutcome(await Server.Post("Encounter", Encounter($"Patient?identifier={System}|1")), 404);
        await Server.Post("Patient", Patient("1"));
        await Server.Post("Patient", Patient("1"));
        IsOutcome(await Server.Post("Encounter", Encounter($"Patient?identifier={System}|1")), 412);
    }
}
