using System.Text.Json;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping.Rules;

/// <summary>A value and where in the message it stands.</summary>
/// <param name="Value">The JSON there.</param>
/// <param name="Pointer">RFC 6901, from the message's root.</param>
/// <param name="AnyCase">Keys here and below are found whatever their case and the blanks around them.</param>
/// <param name="Name">The key that it stands under; items of an array have the array's.</param>
internal readonly record struct Place(JsonElement Value, string Pointer, bool AnyCase = false, string Name = "")
{
    /// <summary>
    /// The place below a key; null when the key is not there. A key spelled exactly so comes before one that differs in case or blanks.
    /// </summary>
    public Place? Child(string key)
    {
        if (Value.ValueKind != JsonValueKind.Object) return null;
        if (Value.TryGetProperty(key, out var exact)) return Below(key, exact);
        if (!AnyCase) return null;
        foreach (var property in Value.EnumerateObject())
        {
            if (Names(key, property.Name)) return Below(property.Name, property.Value);
        }

        return null;
    }

    /// <summary>Whether a key as it stands here is the key that a rule names.</summary>
    public bool Names(string key, string asItStands) =>
        AnyCase ? key.AsSpan().Trim().Equals(asItStands.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase) : key == asItStands;

    /// <summary>The place that a pointer names from here; null when there is none.</summary>
    public Place? At(string pointer) =>
        JsonPointer.Find(Value, pointer) is { } found ? this with { Value = found, Pointer = Pointer + pointer } : null;

    /// <summary>The items of an array.</summary>
    public IEnumerable<Place> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array) yield break;
        var index = 0;
        foreach (var item in Value.EnumerateArray())
        {
            yield return this with { Value = item, Pointer = JsonPointer.Append(Pointer, index++) };
        }
    }

    /// <summary>The values of an object, or the items of an array.</summary>
    public IEnumerable<Place> Children()
    {
        if (Value.ValueKind != JsonValueKind.Object) return Items();
        var here = this;
        return Value.EnumerateObject().Select(property => here.Below(property.Name, property.Value));
    }

    /// <summary>A scalar as text, verbatim: "" for null; null when it is an object or an array.</summary>
    public string? Scalar => Value.ValueKind switch
    {
        JsonValueKind.String => Value.GetString(),
        JsonValueKind.Null => "",
        JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Undefined => null,
        _ => Value.GetRawText(),
    };

    private Place Below(string key, JsonElement value) =>
        this with { Value = value, Pointer = JsonPointer.Append(Pointer, key), Name = key };
}
