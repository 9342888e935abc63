using System.Text.Json;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping.Rules;

/// <summary>A value and where in the message it stands.</summary>
/// <param name="Value">The JSON there.</param>
/// <param name="Pointer">RFC 6901, from the message's root.</param>
internal readonly record struct Place(JsonElement Value, string Pointer)
{
    /// <summary>The place below a key; null when the key is not there.</summary>
    public Place? Child(string key) =>
        Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(key, out var child) ? new Place(child, JsonPointer.Append(Pointer, key)) : null;

    /// <summary>The place that a pointer names from here; null when there is none.</summary>
    public Place? At(string pointer) => JsonPointer.Find(Value, pointer) is { } found ? new Place(found, Pointer + pointer) : null;

    /// <summary>The items of an array.</summary>
    public IEnumerable<Place> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array) yield break;
        var index = 0;
        foreach (var item in Value.EnumerateArray()) yield return new Place(item, JsonPointer.Append(Pointer, index++));
    }

    /// <summary>A scalar as text, verbatim: "" for null; null when it is an object or an array.</summary>
    public string? Scalar => Value.ValueKind switch
    {
        JsonValueKind.String => Value.GetString(),
        JsonValueKind.Null => "",
        JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined => null,
        _ => Value.GetRawText(),
    };
}
