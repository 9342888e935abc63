using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests.Hami;

public sealed class HamiOnHapiTests : IDisposable
{
    private readonly HapiServer _server = new();
    private readonly VendorDefinition _hami = Vendors.Named("hami");
    private readonly string _run = Guid.NewGuid().ToString("N");

    [HapiFact]
    public async Task Versions_of_an_intake_replace_each_other_and_sending_twice_changes_nothing()
    {
        var patient = (await _server.Create("Patient", """{"resourceType":"Patient"}""")).GetProperty("id").GetString();
        var appointment = await _server.Create("Appointment", $$"""
            {"resourceType":"Appointment","identifier":[{"system":"urn:test:{{_run}}","value":"a1"}],"status":"booked",
             "participant":[{"actor":{"reference":"Patient/{{patient}}"},"status":"accepted"}]}
            """);

        var first = Translate(Intake("2026-03-02T08:00:00Z", "Aspirin", "Iron"), appointment, null, isLate: false);
        var sent = await _server.Send(first.Bundle!);
        Assert.Equal(sent, await _server.Send(first.Bundle!));
        Assert.Equal(["active", "active"], await MedicationStates(first));

        var predecessor = new WrittenVersion(DocumentOf(first), first.Composition, first.Owned);
        var second = Translate(Intake("2026-03-02T09:00:00Z", "Aspirin"), appointment, predecessor, isLate: false);
        var replaced = await _server.Send(second.Bundle!);
        Assert.Equal(replaced, await _server.Send(second.Bundle!));

        Assert.Equal("superseded", (await Document(first)).GetProperty("status").GetString());
        var current = await Document(second);
        Assert.Equal("current", current.GetProperty("status").GetString());
        Assert.EndsWith(
            (await Document(first)).GetProperty("id").GetString()!,
            current.GetProperty("relatesTo")[0].GetProperty("target").GetProperty("reference").GetString());
        Assert.Equal(["completed", "completed"], await MedicationStates(first));
        Assert.Equal(1, (await Medication(first, 0)).GetProperty("statusReason").GetArrayLength());
        Assert.Equal(["active"], await MedicationStates(second));

        var late = Translate(
            Intake("2026-03-02T08:30:00Z", "Zinc"), appointment, new WrittenVersion(DocumentOf(second), second.Composition, second.Owned),
            isLate: true);
        await _server.Send(late.Bundle!);
        Assert.Equal("superseded", (await Document(late)).GetProperty("status").GetString());
        Assert.Equal("current", (await Document(second)).GetProperty("status").GetString());
        Assert.Equal(["active"], await MedicationStates(second));
        var composition = Assert.Single(await _server.Find("Composition", second.Composition!.System, second.Composition.Value));
        Assert.Equal("2026-03-02T09:00:00Z", composition.GetProperty("date").GetString());
        Assert.Equal("2", composition.GetProperty("meta").GetProperty("versionId").GetString());
    }

    public void Dispose() => _server.Dispose();

    private static string Intake(string created, params string[] medications) => $$$$"""
        {"appointmentId":"a1","dateCreated":"{{{{created}}}}","intakeSummary":{"Summary":"x","Medications":{"Current Medications":[
        {{{{Items(medications)}}}}]}}}
        """;

    private static string Items(string[] names) => string.Join(',', names.Select(name => $$"""{"Name":"{{name}}","Duration":"a year"}"""));

    private Translation Translate(string body, JsonElement appointment, WrittenVersion? predecessor, bool isLate)
    {
        var source = new SourceSettings(
            _run, "hami", new Dictionary<string, string> { ["Appointment"] = $"urn:test:{_run}" }, new Dictionary<string, string>());
        var e = Assert.Single(_hami.Read(Encoding.UTF8.GetBytes(body), source).Events);
        var lookup = Assert.Single(_hami.LookupsOf(e, source));
        Assert.Equal(new ResourceLookup("Appointment", $"urn:test:{_run}", "a1", RefuseWhenMissing: true), lookup);
        return _hami.Translate(
            e,
            new TranslationContext(
                source, Translating.Facts, new Dictionary<Lookup, JsonElement> { [lookup] = appointment }, predecessor, isLate));
    }

    private static OwnedResource DocumentOf(Translation translation) =>
        translation.Owned.Single(o => o.ResourceType == "DocumentReference");

    private async Task<JsonElement> Document(Translation t) =>
        Assert.Single(await _server.Find("DocumentReference", DocumentOf(t).System, DocumentOf(t).Value));

    private async Task<JsonElement> Medication(Translation t, int index)
    {
        var owned = t.Owned.Where(o => o.ResourceType == "MedicationStatement").ElementAt(index);
        return Assert.Single(await _server.Find("MedicationStatement", owned.System, owned.Value));
    }

    private async Task<List<string?>> MedicationStates(Translation t)
    {
        var states = new List<string?>();
        for (var i = 0; i < t.Owned.Count(o => o.ResourceType == "MedicationStatement"); i++)
            states.Add((await Medication(t, i)).GetProperty("status").GetString());
        return states;
    }
}
