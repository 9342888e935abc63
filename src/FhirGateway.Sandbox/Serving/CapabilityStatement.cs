using System.Text.Json.Nodes;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.Sandbox.Serving;

/// <summary>What the sandbox says it can do, and that it is a sandbox.</summary>
internal static class CapabilityStatement
{
    private const string Warning = "FhirGateway sandbox: an in-memory FHIR server for first runs and tests. It forgets everything when it stops, checks no access and must never hold real patients' data or serve as a production server.";

    private static readonly string[] Interactions = ["read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"];

    private static readonly Lazy<JsonArray> Resources = new(() => new JsonArray([.. ResourceTypes.All.Select(Resource)]));

    public static JsonObject Of(string baseUrl, DateTimeOffset now) => new()
    {
        ["resourceType"] = "CapabilityStatement",
        ["id"] = "sandbox",
        ["name"] = "FhirGatewaySandbox",
        ["title"] = "FhirGateway sandbox (not for production)",
        ["status"] = "active",
        ["experimental"] = true,
        ["date"] = Instants.Format(now),
        ["description"] = Warning,
        ["kind"] = "instance",
        ["software"] = new JsonObject { ["name"] = "FhirGateway sandbox" },
        ["implementation"] = new JsonObject { ["description"] = Warning, ["url"] = baseUrl },
        ["fhirVersion"] = "4.0.1",
        ["format"] = new JsonArray("application/fhir+json", "json"),
        ["patchFormat"] = new JsonArray("application/fhir+json"),
        ["rest"] = new JsonArray(new JsonObject
        {
            ["mode"] = "server",
            ["documentation"] = Warning,
            ["resource"] = Resources.Value.DeepClone(),
            ["interaction"] = new JsonArray(Code("transaction"), Code("batch"), Code("history-system")),
        }),
    };

    private static JsonObject Resource(string type)
    {
        var parameters = R4SearchParameters.For(type).Values.Where(parameter => parameter.Type is not ("composite" or "special")).OrderBy(parameter => parameter.Code, StringComparer.Ordinal).ToList();
        var references = parameters.Where(parameter => parameter.Type == "reference").Select(parameter => (JsonNode)$"{type}:{parameter.Code}");
        return new JsonObject
        {
            ["type"] = type,
            ["profile"] = R4Types.CoreBase + type,
            ["interaction"] = new JsonArray([.. Interactions.Select(Code)]),
            ["versioning"] = "versioned-update",
            ["readHistory"] = true,
            ["updateCreate"] = true,
            ["conditionalCreate"] = true,
            ["conditionalRead"] = "full-support",
            ["conditionalUpdate"] = true,
            ["conditionalDelete"] = "single",
            ["referencePolicy"] = new JsonArray("literal", "enforced"),
            ["searchInclude"] = new JsonArray([JsonValue.Create("*"), .. references]),
            ["searchParam"] = new JsonArray([.. parameters.Select(parameter => new JsonObject { ["name"] = parameter.Code, ["definition"] = parameter.Url, ["type"] = parameter.Type })]),
        };
    }

    private static JsonObject Code(string code) => new() { ["code"] = code };
}
