using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;

namespace FhirGateway.Mappings.Tests.HumanApi;

public sealed class HumanApiOnHapiTests : IDisposable
{
    private readonly HapiServer _server = new();
    private readonly VendorDefinition _humanApi = Vendors.Named("human-api");

    [HapiFact]
    public async Task A_note_changes_nothing_when_sent_twice()
    {
        var source = SourceSettings.Default(Guid.NewGuid().ToString("N"), "human-api");
        await _server.Create("Patient", JsonSerializer.Serialize(new
        {
            resourceType = "Patient",
            identifier = new[] { new { system = source.SystemOf("Patient"), value = "9f8e7d6c5b4a39281706f5e4d3c2b1a0" } },
        }));
        var eventId = Guid.NewGuid().ToString("D");
        var body = Encoding.UTF8.GetString(Vendors.Sample("human-api", "vendor-note").Body.Span)
            .Replace("4d7a2c9e-61b8-4f35-a0d2-97e3c1b8f654", eventId, StringComparison.Ordinal);
        var e = _humanApi.Read(Encoding.UTF8.GetBytes(body), source).Events.Single();
        var bundle = _humanApi.Translate(
            e, new TranslationContext(source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false)).Bundle!;

        var sent = await _server.Send(bundle);

        Assert.Equal(sent, await _server.Send(bundle));
        var document = Assert.Single(await _server.Find("DocumentReference", "urn:ietf:rfc:3986", $"urn:uuid:{eventId}"));
        Assert.Equal(5, document.GetProperty("context").GetProperty("related").GetArrayLength());
    }

    public void Dispose() => _server.Dispose();
}
