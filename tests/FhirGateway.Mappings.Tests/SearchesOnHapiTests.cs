using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests;

/// <summary>What people ask a FHIR server of the notes there, by R4's own search parameters, on a real one.</summary>
public sealed class SearchesOnHapiTests : IDisposable
{
    private readonly HapiServer _server = new();
    private readonly string _run = "s" + Guid.NewGuid().ToString("N");

    [HapiFact]
    public async Task A_note_is_found_by_whom_it_is_about_what_it_is_who_wrote_it_and_where_it_came_from()
    {
        var patient = await AdmitAsync();
        var first = await SendAsync(Note("Slept well."), null);
        var second = await SendAsync(
            Note("Slept badly."), new WrittenVersion(DocumentOf(first.Translation), first.Translation.Composition, []));
        var (document, composition) = (IdOf(second, "DocumentReference"), IdOf(second, "Composition"));
        var (device, organization) = (IdOf(second, "Device"), IdOf(second, "Organization"));
        var replaced = IdOf(first, "DocumentReference");

        var category = "http%3A%2F%2Fhl7.org%2Ffhir%2Fus%2Fcore%2FCodeSystem%2Fus-core-documentreference-category%7Cclinical-note";
        var asserted = "http%3A%2F%2Fterminology.hl7.org%2FCodeSystem%2Fv3-ObservationValue%7CAIAST";
        var message = $"urn%3Afhir-gateway%3A{_run}%3Amessage%3A{Translating.Facts.MessageId}";
        var source = $"{Uri.EscapeDataString(GatewayUris.SourceTag)}%7C{_run}";
        var vendor = $"{Uri.EscapeDataString(GatewayUris.VendorTag)}%7Cinsight-health";
        foreach (var query in new[]
        {
            $"category={category}", "type=http%3A%2F%2Floinc.org%7C11506-3", "date=2026-03-02T10:00:00Z", "status=current",
            $"encounter.identifier={_run}", $"author={device}", $"custodian={organization}",
            $"_source={message}", $"_tag={source}", $"_tag={vendor}", $"_security={asserted}",
            "_profile=urn%3Afhir-gateway%3Aprofile%3Aai-note-document",
            $"relatesto={replaced}", "contenttype=text%2Fplain%3B%20charset%3Dutf-8", $"related={composition}",
            "format=http%3A%2F%2Fihe.net%2Ffhir%2Fihe.formatcode.fhir%2FCodeSystem%2Fformatcode"
                + "%7Curn%3Aihe%3Aiti%3Axds%3A2017%3AmimeTypeSufficient",
            $"identifier={Uri.EscapeDataString(GatewayUris.Uri)}%7C{Uri.EscapeDataString(second.Translation.Bundle!.Identifier!.Value!)}",
        })
        {
            Assert.True((await _server.Search($"DocumentReference?patient={patient}&{query}")).Contains(document), query);
        }

        Assert.Equal([replaced], await _server.Search($"DocumentReference?patient={patient}&status=superseded"));
        foreach (var query in new[]
        {
            "type=http%3A%2F%2Floinc.org%7C11506-3", "date=2026-03-02T10:00:00Z", "status=preliminary",
            $"encounter.identifier={_run}", $"author={device}",
            $"_source={message}", $"_tag={source}", $"_security={asserted}", "_profile=urn%3Afhir-gateway%3Aprofile%3Aai-note",
        })
        {
            Assert.True((await _server.Search($"Composition?patient={patient}&{query}")).Contains(composition), query);
        }

        // Who made it, from what; and what the message ended.
        Assert.Equal(2, (await _server.Search($"Provenance?target={replaced}")).Count);
        Assert.Single(await _server.Search($"Provenance?target={document}&agent={device}"));
    }

    [HapiFact]
    public async Task What_no_clinician_wrote_is_not_among_the_clinical_notes()
    {
        var system = $"urn:test:{_run}:patient";
        var created = await _server.Create("Patient", JsonSerializer.Serialize(new
        {
            resourceType = "Patient",
            identifier = new[] { new { system, value = "human-1" } },
        }));
        var source = new SourceSettings(
            _run, "human-api", new Dictionary<string, string> { ["Patient"] = system }, new Dictionary<string, string>());
        var body = Encoding.UTF8.GetString(Vendors.Sample("human-api", "vendor-note").Body.Span);
        var human = JsonElement.Parse(body)[0].GetProperty("humanId").GetString()!;
        var sent = await SendAsync(body.Replace(human, "human-1", StringComparison.Ordinal), null, source);
        var patient = $"Patient/{created.GetProperty("id").GetString()}";

        var ofKind = $"category={Uri.EscapeDataString("urn:fhir-gateway:code:document-category")}%7Cretrieval-status-note";
        Assert.Equal([IdOf(sent, "DocumentReference")], await _server.Search($"DocumentReference?patient={patient}&{ofKind}"));
        Assert.Empty(await _server.Search($"DocumentReference?patient={patient}&category=clinical-note"));
        Assert.Equal(
            [IdOf(sent, "DocumentReference")],
            await _server.Search($"DocumentReference?patient={patient}&author={IdOf(sent, "Device")}"));
    }

    public void Dispose() => _server.Dispose();

    private async Task<string> AdmitAsync()
    {
        var patient = await _server.Create("Patient", JsonSerializer.Serialize(new
        {
            resourceType = "Patient",
            identifier = new[] { new { system = $"urn:test:{_run}:patient", value = _run } },
        }));
        var id = $"Patient/{patient.GetProperty("id").GetString()}";
        await _server.Create("Encounter", JsonSerializer.Serialize(new
        {
            resourceType = "Encounter",
            status = "finished",
            identifier = new[] { new { system = $"urn:test:{_run}:encounter", value = _run } },
            @class = new { system = "http://terminology.hl7.org/CodeSystem/v3-ActCode", code = "AMB" },
            subject = new { reference = id },
        }));
        return id;
    }

    private string Note(string plan) => JsonSerializer.Serialize(new
    {
        patient_id = _run,
        encounter_id = _run,
        summary_id = Guid.NewGuid(),
        template_name = "SOAP Note",
        sections = new { plan },
    });

    private SourceSettings Insight => new(
        _run, "insight-health",
        new Dictionary<string, string> { ["Patient"] = $"urn:test:{_run}:patient", ["Encounter"] = $"urn:test:{_run}:encounter" },
        new Dictionary<string, string>());

    /// <summary>Translates and sends a message of one event.</summary>
    private async Task<(Translation Translation, IReadOnlyList<string> Locations)> SendAsync(
        string body, WrittenVersion? predecessor, SourceSettings? source = null)
    {
        source ??= Insight;
        var vendor = Vendors.Named(source.Vendor);
        var e = Assert.Single(vendor.Read(Encoding.UTF8.GetBytes(body), source).Events);
        var translation = vendor.Translate(
            e, new TranslationContext(source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), predecessor, IsLate: false));
        return (translation, await _server.Send(translation.Bundle!));
    }

    private static OwnedResource DocumentOf(Translation translation) =>
        translation.Owned.Single(owned => owned.ResourceType == "DocumentReference");

    /// <summary><c>Type/id</c> of the first resource of a type that was sent.</summary>
    private static string IdOf((Translation Translation, IReadOnlyList<string> Locations) sent, string type)
    {
        var at = sent.Translation.Bundle!.Entry.FindIndex(entry => entry.Resource!.TypeName == type);
        return string.Join('/', sent.Locations[at].Split('/')[..2]);
    }
}
