using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A gateway with two destinations: the default one, and one that is called north and has a source of its own.</summary>
internal static class TwoDestinations
{
    /// <summary>The source of the default one.</summary>
    public const string Here = Notes.Source;

    /// <summary>The source of the one in the north.</summary>
    public const string There = "north-clinic";

    public const string North = "http://north.invalid/fhir";

    public static FhirClient ClientOf(SandboxServer server, string url) =>
        new(new HttpClient(new SandboxHandler(server, url)) { BaseAddress = new Uri(url + "/") });

    public static async Task AdmitAsync(FhirClient client, string patient)
    {
        object Entry(string type, object resource) => new
        {
            fullUrl = $"urn:uuid:{Guid.NewGuid()}",
            resource,
            request = new { method = "PUT", url = $"{type}/{patient}" },
        };
        var identifier = (string type) => new[] { new { system = RunningGateway.SystemOf(type), value = patient } };
        var answer = await client.TransactionAsync(JsonSerializer.SerializeToUtf8Bytes(new
        {
            resourceType = "Bundle",
            type = "transaction",
            entry = new[]
            {
                Entry("Patient", new { resourceType = "Patient", id = patient, identifier = identifier("Patient") }),
                Entry("Encounter", new
                {
                    resourceType = "Encounter",
                    id = patient,
                    identifier = identifier("Encounter"),
                    status = "finished",
                    @class = new { code = "AMB" },
                    subject = new { reference = $"Patient/{patient}" },
                }),
            },
        }));
        Assert.True(answer.IsSuccess);
    }

    public static async Task SendAsync(RunningGateway gateway, string source, string patient, string? text = null)
    {
        using var answer = await gateway.SendAsync(Notes.Source, Notes.Of(patient, text: text), source: source);
        Assert.True(answer.IsSuccessStatusCode);
    }

    public static Task<RunningGateway> StartAsync(
        SandboxServer here,
        HttpMessageHandler north,
        HttpMessageHandler? destination = null,
        string? ledger = null,
        params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>(RunningGateway.SettingsOf(There, GatewayHost.Vendors.Find(Notes.Source)!))
        {
            [$"Gateway:Sources:{There}:Destination"] = "north",
            ["Gateway:Destinations:north:BaseUrl"] = North,
            ["Gateway:Destinations:north:Probe"] = "off",
            ["Gateway:Delivery:Parallelism"] = "4",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return RunningGateway.StartAsync(
            settings, here, ledger, destination, services: all => all.AddKeyedSingleton("north", (_, _) => north));
    }
}
