using System.Text.Json;

namespace FhirGateway.Fhir.Validation.Walking;

/// <summary>JSON's kinds of value, in words for a reader.</summary>
internal static class Words
{
    public static string For(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    /// <summary>A value from the instance, short enough for a message.</summary>
    public static string Shown(string? value) => value is null ? "" : value.Length <= 100 ? value : value[..100] + "…";
}
