using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Mapping;

namespace FhirGateway.Destination;

/// <summary>
/// Reads what somebody says has come to the destination: a resource, a Bundle of some, or a Reference with an identifier.
/// </summary>
internal static class ArrivedResources
{
    private const int MostNames = 500;

    /// <summary>All conditions that name what came, up to some hundreds; null where it is none of these.</summary>
    /// <param name="told">JSON.</param>
    public static IReadOnlyList<string>? ConditionsOf(ReadOnlySpan<byte> told)
    {
        JsonElement resource;
        try
        {
            resource = ForeignJson.Parse(told, FhirClient.MaxDepth);
        }
        catch (JsonException)
        {
            return null;
        }

        if (Json.Text(resource, "resourceType") is not { } type)
            return OfReference(resource).ToList() is { Count: > 0 } conditions ? conditions : null;
        var resources = type == "Bundle" ? Json.Items(resource, "entry").Select(entry => Json.Property(entry, "resource")) : [resource];
        return [.. resources.OfType<JsonElement>().SelectMany(OfResource).Take(MostNames)];
    }

    private static IEnumerable<string> OfResource(JsonElement resource) =>
        Json.Text(resource, "resourceType") is { } type ? Of(type, Json.Text(resource, "id"), resource) : [];

    private static IEnumerable<string> OfReference(JsonElement reference)
    {
        var location = ResourceLocation.Parse(Json.Text(reference, "reference"));
        return (Json.Text(reference, "type") ?? location?.Type) is { } type ? Of(type, location?.Id, reference) : [];
    }

    private static IEnumerable<string> Of(string type, string? id, JsonElement identified)
    {
        if (Condition.Parse(type + "?")?.Type != type) yield break; // not the name of a type
        if (id is not null) yield return Condition.OfId(type, id).Text;
        foreach (var identifier in Condition.IdentifiersOf(identified))
        {
            if (Json.Text(identifier, "value") is { } value)
                yield return $"{type}?{new Identity(Json.Text(identifier, "system") ?? "", value).Query}";
        }
    }
}
