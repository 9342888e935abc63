using System.Text;
using System.Text.Json;
using FhirGateway.Mapping;
using FhirGateway.Testing;
using Hl7.Fhir.Model;
using Task = System.Threading.Tasks.Task;

namespace FhirGateway.Mappings.Tests.Metriport;

public sealed class MetriportOnHapiTests : IDisposable
{
    private readonly HapiServer _server = new();
    private readonly VendorDefinition _metriport = Vendors.Named("metriport");
    private readonly SourceSettings _source = SourceSettings.Default(Guid.NewGuid().ToString("N"), "metriport");

    [HapiFact]
    public async Task Documents_change_nothing_when_sent_twice_and_are_updated_by_their_id()
    {
        await CreatePatient();
        var oid = $"2.25.{new System.Numerics.BigInteger(Guid.NewGuid().ToByteArray(), isUnsigned: true)}";
        string Message(string status) => Encoding.UTF8.GetString(Vendors.Sample("metriport", "document-download").Body.Span)
            .Replace("2.16.840.1.113883.19.5.99999.4411", oid, StringComparison.Ordinal)
            .Replace("\"current\"", $"\"{status}\"", StringComparison.Ordinal);

        var sent = await _server.Send(Bundle(Message("current")));
        Assert.Equal(sent, await _server.Send(Bundle(Message("current"))));
        Assert.Equal("current", await StatusOf(oid));

        await _server.Send(Bundle(Message("superceded")));
        Assert.Equal("superseded", await StatusOf(oid));
    }

    [HapiFact]
    public async Task Consolidated_data_changes_nothing_when_sent_twice()
    {
        await CreatePatient();
        var bundle = Bundle(Encoding.UTF8.GetString(Vendors.Sample("metriport", "consolidated-data").Body.Span));

        var sent = await _server.Send(bundle);

        Assert.Equal(sent, await _server.Send(bundle));
        Assert.Contains(sent, location => location.StartsWith("Binary/", StringComparison.Ordinal));
    }

    private Task<JsonElement> CreatePatient() => _server.Create("Patient", JsonSerializer.Serialize(new
    {
        resourceType = "Patient",
        identifier = new[] { new { system = _source.SystemOf("Patient"), value = "MRN-20441" } },
    }));

    private async Task<string?> StatusOf(string oid) =>
        Assert.Single(await _server.Find("DocumentReference", "urn:ietf:rfc:3986", $"urn:oid:{oid}")).GetProperty("status").GetString();

    private Bundle Bundle(string body)
    {
        var e = _metriport.Read(Encoding.UTF8.GetBytes(body), _source).Events.Single(e => e.Acknowledged is null);
        return _metriport.Translate(
            e, new TranslationContext(_source, Translating.Facts, new Dictionary<Lookup, JsonElement>(), null, IsLate: false)).Bundle!;
    }

    public void Dispose() => _server.Dispose();
}
