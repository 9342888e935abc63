using System.Text.Json.Nodes;
using Hl7.Fhir.Introspection;

namespace FhirGateway.Sandbox.Patching;

/// <summary>The value of a patch operation: of a datatype (<c>valueCode</c>), or an anonymous element spelled out in parts.</summary>
/// <param name="Type">What follows <c>value</c> in the name, such as <c>Code</c>; null for parts.</param>
/// <param name="Json">The value; null when it has only extensions.</param>
/// <param name="Extras">Id and extensions of a primitive; null when it has none.</param>
/// <param name="Parts">The children of an anonymous element by name.</param>
internal sealed record PatchValue(string? Type, JsonNode? Json, JsonNode? Extras, IReadOnlyList<(string Name, PatchValue Value)> Parts)
{
    public static PatchValue Read(JsonObject part)
    {
        var name = part
            .Select(member => member.Key.TrimStart('_'))
            .FirstOrDefault(key => key.StartsWith("value", StringComparison.Ordinal));
        if (name is null)
        {
            var parts = PatchOperation.Parts(part["part"]).Select(child => (PatchOperation.Text(child["name"]) ?? "", Read(child)));
            return new PatchValue(null, null, null, [.. parts]);
        }

        return new PatchValue(name["value".Length..], part[name], part["_" + name], []);
    }

    /// <summary>The value as JSON for an element of the given type.</summary>
    public JsonNode? ToJson(ClassMapping type)
    {
        if (Type is not null) return Json?.DeepClone();
        var built = new JsonObject();
        foreach (var (name, value) in Parts)
        {
            var child = ElementPlace.Of(type, name, value.Type);
            var json = value.ToJson(child.Type);
            if (child.Repeats)
            {
                if (built[child.JsonName] is not JsonArray array) built[child.JsonName] = array = [];
                array.Add(json);
            }
            else
            {
                built[child.JsonName] = json;
            }
        }

        return built;
    }
}
