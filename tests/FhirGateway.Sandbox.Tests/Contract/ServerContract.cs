namespace FhirGateway.Sandbox.Tests.Contract;

/// <summary>What every contract class has: a server, and names nobody else uses on it.</summary>
public abstract class ServerContract(FhirServer server)
{
    protected FhirServer Server { get; } = server;

    /// <summary>Unique to this test; a valid FHIR id.</summary>
    protected string Mark { get; } = "t" + Guid.NewGuid().ToString("N")[..14];

    protected string System => "urn:sandbox-contract:" + Mark;

    /// <summary>A patient with an identifier of this test's own; <paramref name="more"/> is further JSON.</summary>
    protected string Patient(string value, string more = "", string? id = null) =>
        $$"""{"resourceType":"Patient",{{(id is null ? "" : $"\"id\":\"{id}\",")}}"identifier":"""
            + $$"""[{"system":"{{System}}","value":"{{value}}"}]{{(more.Length == 0 ? "" : "," + more)}}}""";

    protected static string Encounter(string subject, string more = "") =>
        $$"""{"resourceType":"Encounter","status":"planned","class":"""
            + $$"""{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"subject":"""
                + $$"""{"reference":"{{subject}}"}{{(more.Length == 0 ? "" : "," + more)}}}""";

    /// <summary>An entry of a bundle.</summary>
    protected static string Entry(string method, string url, string? resource = null, string? fullUrl = null, string? more = null) =>
        "{" + (fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",") + (resource is null ? "" : $"\"resource\":{resource},")
        + $"\"request\":{{\"method\":\"{method}\",\"url\":\"{url}\"{(more is null ? "" : "," + more)}}}}}";

    protected static string Urn(int number) => $"urn:uuid:0f0f0f0f-0000-4000-8000-{number:D12}";

    /// <summary>A FHIRPath Patch of one operation; <paramref name="parts"/> is its further parts as JSON.</summary>
    protected static string Patch(string type, string path, params string[] parts) =>
        $$"""{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"{{type}}"},"""
            + $$"""{"name":"path","valueString":"{{path}}"}{{string.Concat(parts.Select(part => "," + part))}}]}]}""";

    protected static string Part(string name, string type, string json) => $$"""{"name":"{{name}}","value{{type}}":{{json}}}""";

    protected static void IsOutcome(Reply reply, int status)
    {
        Assert.Equal(status, reply.Status);
        Assert.Equal("OperationOutcome", reply.Type);
        Assert.StartsWith("application/fhir+json", reply.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("error", (string?)reply.Body!["issue"]![0]!["severity"]);
    }
}
