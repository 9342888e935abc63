using System.Buffers;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>Writes and reads the Parameters of the terminology operations (http://hl7.org/fhir/R4/terminology-service.html).</summary>
internal static class OperationParameters
{
    public static ReadOnlyMemory<byte> Write(params (string Name, string Type, string? Value)[] parameters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("resourceType", "Parameters");
        writer.WriteStartArray("parameter");
        foreach (var (name, type, value) in parameters)
        {
            if (value is null) continue;
            writer.WriteStartObject();
            writer.WriteString("name", name);
            if (type == "valueInteger")
            {
                writer.WriteNumber(type, int.Parse(value, global::System.Globalization.CultureInfo.InvariantCulture));
            }
            else writer.WriteString(type, value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Splits a canonical into url and version: a canonical's <c>|version</c> is a parameter of its own.</summary>
    public static (string Url, string? Version) Split(string canonical) =>
        canonical.IndexOf('|', StringComparison.Ordinal) is >= 0 and var bar
            ? (canonical[..bar], canonical[(bar + 1)..])
            : (canonical, null);

    public static bool AreParameters(JsonElement? body) => body?.Text("resourceType") == "Parameters";

    /// <summary>The result; null when there is none, or it is not a boolean.</summary>
    public static bool? Result(JsonElement parameters) => Find(parameters, "parameter", "result")?.Member("valueBoolean") switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    public static string? Text(JsonElement parameters, string name) => Find(parameters, "parameter", name)?.Text("valueString");

    /// <summary>Whether an answer that repeats the code and its system repeats those that were asked; many repeat neither.</summary>
    public static bool AreAbout(JsonElement parameters, string system, string code) =>
        (Repeated(parameters, "system") ?? system) == system
            && string.Equals(Repeated(parameters, "code") ?? code, code, StringComparison.OrdinalIgnoreCase);

    private static string? Repeated(JsonElement parameters, string name) =>
        Find(parameters, "parameter", name) is { } found
            ? found.Text("valueCode") ?? found.Text("valueUri") ?? found.Text("valueString")
            : null;

    public static IReadOnlyList<CodeTranslation> Matches(JsonElement parameters, string map) =>
        [.. parameters.Items("parameter").Where(parameter => parameter.Text("name") == "match").Select(match => Match(match, map))];

    private static CodeTranslation Match(JsonElement match, string map)
    {
        var concept = Find(match, "part", "concept")?.Member("valueCoding") ?? default;
        return new CodeTranslation(
            // Without an equivalence, all that may be assumed is that they are somehow related.
            Find(match, "part", "equivalence")?.Text("valueCode") ?? "relatedto",
            concept.Text("system"),
            concept.Text("code"),
            concept.Text("display"),
            map);
    }

    private static JsonElement? Find(JsonElement holder, string list, string name)
    {
        foreach (var item in holder.Items(list))
        {
            if (item.Text("name") == name) return item;
        }

        return null;
    }
}
