using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Fhir.Model;
using FhirGateway.Fhir.Serialization;
using FhirGateway.FhirPath;

namespace FhirGateway.Sandbox.Writing;

/// <summary>
/// Takes in what clients send as HAPI does: values of the wrong type or code are refused; elements R4 does not know, nulls and
/// empty values are dropped without a word.
/// </summary>
internal static class ResourceCheck
{
    /// <summary>Reads a request body as a resource of the given type.</summary>
    public static JsonObject Read(ReadOnlyMemory<byte> body, string type)
    {
        var resource = Parse(body);
        var sent = resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty("resourceType", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : throw SandboxException.Unparsable("HAPI-1838: Invalid JSON content detected, missing required element: 'resourceType'");
        if (sent != type) throw SandboxException.Unparsable($"HAPI-1814: Incorrect resource type found, expected \"{type}\" but found \"{sent}\"");
        RefuseUnknownTypes(resource);
        return Accept(resource);
    }

    /// <summary>The resource as it may be stored.</summary>
    public static JsonObject Accept(JsonObject resource) => Accept(JsonSerializer.SerializeToElement(resource));

    private static JsonObject Accept(JsonElement resource)
    {
        var known = KnownElements.Of(FhirNode.Of(resource));

        // What the strict reader still minds after all that HAPI ignores is gone is a value of the wrong kind. It knows the gateway's
        // types only; others pass.
        FhirJsonDeserializer.TryDeserialize<Resource>(JsonSerializer.SerializeToUtf8Bytes(known), out _, out var issues);
        var problem = issues.FirstOrDefault(issue => issue.Code is not "not-supported");
        return problem is null ? known : throw SandboxException.Unparsable($"HAPI-1821: [element=\"{problem.Location}\"] Invalid attribute value: {problem.Text}");
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        const string Failed = "HAPI-1861: Failed to parse JSON encoded FHIR content: ";
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) throw SandboxException.Unparsable(Failed + "HAPI-1857: Did not find any content to parse");
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 120 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw SandboxException.Unparsable(Failed + "HAPI-1859: Content does not appear to be FHIR JSON, first non-whitespace character must be '{'");
        }
        catch (JsonException problem)
        {
            throw SandboxException.Unparsable(Failed + problem.Message);
        }
    }

    private static void RefuseUnknownTypes(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray()) RefuseUnknownTypes(item);
        }

        if (json.ValueKind != JsonValueKind.Object) return;
        foreach (var member in json.EnumerateObject())
        {
            if (member.NameEquals("resourceType") && member.Value.ValueKind == JsonValueKind.String && !ResourceTypes.IsKnown(member.Value.GetString()!))
            {
                throw SandboxException.Unparsable($"HAPI-1684: Unknown resource name \"{member.Value.GetString()}\" (this name is not known in FHIR version \"R4\")");
            }

            RefuseUnknownTypes(member.Value);
        }
    }
}
