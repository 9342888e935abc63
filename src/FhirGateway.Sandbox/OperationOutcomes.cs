using System.Text.Json.Nodes;
using FhirGateway.Sandbox.Writing;

namespace FhirGateway.Sandbox;

/// <summary>OperationOutcome resources in HAPI's shape.</summary>
internal static class OperationOutcomes
{
    public static JsonObject Of(SandboxException failure, string? code = null) => Outcome(new JsonObject
    {
        ["severity"] = "error",
        ["code"] = code ?? failure.Code,
        ["diagnostics"] = failure.Message,
    });

    public static JsonObject Of(WriteOutcome outcome) => Outcome(new JsonObject
    {
        ["severity"] = "information",
        ["code"] = "informational",
        ["details"] = new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject
            {
                ["system"] = StorageResponse.System,
                ["code"] = outcome.Response.Code,
                ["display"] = outcome.Response.Display,
            }),
        },
        ["diagnostics"] = outcome.Diagnostics,
    });

    private static JsonObject Outcome(JsonObject issue) => new()
    {
        ["resourceType"] = "OperationOutcome",
        ["issue"] = new JsonArray(issue),
    };
}
