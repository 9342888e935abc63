using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests.Nabla;

public sealed class NablaOnHapiTests : IDisposable
{
    private readonly HapiServer _server = new();
    private readonly VendorDefinition _nabla = Vendors.Named("nabla");

    [HapiFact]
    public async Task A_note_changes_nothing_when_sent_twice_and_a_regenerated_one_takes_its_place()
    {
        var source = SourceSettings.Default(Guid.NewGuid().ToString("N"), "nabla");
        foreach (var (type, id) in new[] { ("Patient", "MRN-20441"), ("Practitioner", "dr-lind") })
        {
            var identifier = new[] { new { system = source.SystemOf(type), value = id } };
            await _server.Create(type, JsonSerializer.Serialize(new { resourceType = type, identifier }));
        }

        await _server.Create("Encounter", $$"""
            {"resourceType":"Encounter","identifier":[{"system":"{{source.SystemOf("Encounter")}}","value":"V-5510"}],"status":"in-progress",
             "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"} }
            """);
        var (firstId, secondId) = (Guid.NewGuid(), Guid.NewGuid());

        var first = Translate(source, firstId, null);
        var sent = await _server.Send(first.Bundle!);
        Assert.Equal(sent, await _server.Send(first.Bundle!));

        var predecessor = new WrittenVersion(
            first.Owned.Single(owned => owned.ResourceType == "DocumentReference"), first.Composition, first.Owned);
        await _server.Send(Translate(source, secondId, predecessor).Bundle!);

        Assert.Equal("superseded", await StatusOf(firstId));
        Assert.Equal("current", await StatusOf(secondId));
        Assert.Single(await _server.Find("Composition", first.Composition!.System, first.Composition.Value));
    }

    private async Task<string?> StatusOf(Guid id) =>
        Assert.Single(await _server.Find("DocumentReference", "urn:ietf:rfc:3986", $"urn:uuid:{id}")).GetProperty("status").GetString();

    private Translation Translate(SourceSettings source, Guid dataId, WrittenVersion? predecessor)
    {
        var sample = Vendors.Sample("nabla", "note");
        var body = Encoding.UTF8.GetString(sample.Body.Span)
            .Replace("A4D0E5B2-6C1F-4E88-9B37-52F0C7D9E613", dataId.ToString("D"), StringComparison.Ordinal)
            .Replace("2f1d6a34-0b7e-4d0c-9a52-7f4e1c9b8d01", Guid.NewGuid().ToString("D"), StringComparison.Ordinal);
        var e = _nabla.Read(Encoding.UTF8.GetBytes(body), source).Events.Single();
        return _nabla.Translate(e, Translating.ContextOf("nabla", e, sample, source) with { Predecessor = predecessor });
    }

    public void Dispose() => _server.Dispose();
}
