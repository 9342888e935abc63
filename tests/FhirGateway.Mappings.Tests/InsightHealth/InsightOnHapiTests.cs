using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests.InsightHealth;

public sealed class InsightOnHapiTests : IDisposable
{
    private readonly HapiServer _server = new();

    [HapiFact]
    public async Task A_note_finds_patient_and_encounter_by_their_identifiers_and_changes_nothing_when_sent_twice()
    {
        var run = Guid.NewGuid().ToString("N");
        var patientSystem = $"https://test.example/patients & more/{run}";
        var patient = (await _server.Create("Patient", JsonSerializer.Serialize(new
        {
            resourceType = "Patient",
            identifier = new[] { new { system = patientSystem, value = @"pat|1,2$\3" } },
        }))).GetProperty("id").GetString();
        await _server.Create("Encounter", $$"""
            {"resourceType":"Encounter","identifier":[{"system":"urn:test:{{run}}:encounter","value":"enc 9"}],"status":"in-progress",
             "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":{"reference":"Patient/{{patient}}"} }
            """);
        var source = new SourceSettings(run, "insight-health",
            new Dictionary<string, string> { ["Patient"] = patientSystem, ["Encounter"] = $"urn:test:{run}:encounter" }, new Dictionary<string, string>());
        var body = JsonSerializer.Serialize(new
        {
            patient_id = @"pat|1,2$\3",
            encounter_id = "enc 9",
            summary_id = Guid.NewGuid(),
            template_name = "SOAP Note",
            sections = new { plan = "Rest & <ice>" },
        });
        var insight = Vendors.Named("insight-health");
        var e = Assert.Single(insight.Read(Encoding.UTF8.GetBytes(body), source).Events);
        var translation = insight.Translate(
            e, new TranslationContext(source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false));

        var sent = await _server.Send(translation.Bundle!);
        Assert.Equal(sent, await _server.Send(translation.Bundle!));

        var composition = Assert.Single(await _server.Find("Composition", translation.Composition!.System, translation.Composition.Value));
        Assert.Equal($"Patient/{patient}", composition.GetProperty("subject").GetProperty("reference").GetString());
        Assert.Contains(
            "Rest &amp; &lt;ice&gt;", composition.GetProperty("section")[0].GetProperty("text").GetProperty("div").GetString(),
            StringComparison.Ordinal);
    }

    public void Dispose() => _server.Dispose();
}
