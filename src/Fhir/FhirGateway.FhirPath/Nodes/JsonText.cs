using System.Text.Json;

namespace FhirGateway.FhirPath.Nodes;

/// <summary>
/// Reads names and texts that may hold lone surrogates or invalid UTF-8: a JSON document is parsed without looking at them, and
/// then reading one throws.
/// </summary>
internal static class JsonText
{
    /// <summary>A string's text; null when it is not valid Unicode.</summary>
    public static string? Read(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A property's name; null when it is not valid Unicode.</summary>
    public static string? Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The value of an object's property; undefined when it has none of the name.</summary>
    public static JsonElement Member(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            // It came upon another property, whose name can't be read.
            return json.EnumerateObject().LastOrDefault(property => Name(property) == name).Value;
        }
    }
}
