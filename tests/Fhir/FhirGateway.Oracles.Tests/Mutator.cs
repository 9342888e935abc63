using System.Text.Json.Nodes;

namespace FhirGateway.Oracles.Tests;

/// <summary>Breaks a resource (or not) in one place, the same way for the same seed.</summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A changed copy, and what was changed.</summary>
    public (JsonObject Resource, string Change) Mutate(JsonObject resource)
    {
        for (; ; )
        {
            var copy = resource.DeepClone().AsObject();
            var places = Places(copy, "").ToList();
            var (holder, name, path) = places[_random.Next(places.Count)];
            if (Change(holder, name) is { } change) return (copy, $"{change} {path}");
        }
    }

    private string? Change(JsonObject holder, string name)
    {
        var value = holder[name];
        switch (_random.Next(14))
        {
            case 0:
                holder.Remove(name);
                return "drop";
            case 1 when value is JsonArray { Count: > 0 } array:
                array.Add(array[_random.Next(array.Count)]?.DeepClone());
                return "duplicate in";
            case 2:
                holder[name] = Retyped(value);
                return "retype";
            case 3 when (name is "code" or "status" or "gender" or "use" or "intent" or "type") && Text(value) is { } code:
                holder[name] = code + "x";
                return "wrong code in";
            case 4 when name == "reference":
                holder[name] = Pick(
                    "Patient/1", "Observation/1", "#nothing", "Organization/2", "http://example.com/fhir/Practitioner/3",
                    "urn:uuid:c757873d-ec9a-4326-a141-556f43239520");
                return "other reference in";
            case 5 when name is "url" or "system" && value is JsonValue:
                holder[name] = Pick(
                    "http://example.com/other", "http://loinc.org", "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                    "http://unitsofmeasure.org");
                return "other url in";
            case 6:
                holder[name + Pick("X", "s")] = value?.DeepClone();
                return "unknown element beside";
            case 7:
                holder[name] = value switch { JsonArray => new JsonArray(), JsonObject => new JsonObject(), _ => JsonValue.Create("") };
                return "empty";
            case 8 when IsDate(value):
                holder[name] = Pick("2024-02-30", "2024-13-01", "2024-05-17T10:00:00", "2024-05", "17.05.2024", "2999-01-01T00:00:00Z");
                return "other date in";
            case 9 when value is JsonArray { Count: > 1 } items:
                items.RemoveAt(_random.Next(items.Count));
                return "drop one of";
            case 10 when name.StartsWith("value", StringComparison.Ordinal) && name.Length > 5:
                holder.Remove(name);
                holder[Pick("valueString", "valueCode", "valueInteger")] = "1";
                return "other type of";
            case 11 when name is "display" or "text" or "title" or "family":
                holder[name] = "Something else";
                return "other text in";
            case 12 when value is JsonArray { Count: > 1 } list:
                var last = list[^1]!.DeepClone();
                list.RemoveAt(list.Count - 1);
                list.Insert(0, last);
                return "reorder";
            case 13 when name is "start" or "end":
                holder[name == "start" ? "end" : "start"] = name == "start" ? "1900-01-01" : "2100-01-01";
                return "reverse period at";
            default:
                return null;
        }
    }

    private JsonNode? Retyped(JsonNode? value) => value switch
    {
        JsonArray { Count: > 0 } array => array[0]!.DeepClone(),
        JsonObject => JsonValue.Create("text"),
        JsonValue when _random.Next(3) == 0 => new JsonArray(value.DeepClone()),
        JsonValue when value.GetValueKind() == System.Text.Json.JsonValueKind.String => JsonValue.Create(_random.Next(2) == 0 ? 1 : 2.5),
        JsonValue => JsonValue.Create(value.ToJsonString()),
        _ => JsonValue.Create(true),
    };

    private static bool IsDate(JsonNode? value) =>
        Text(value) is { Length: >= 4 } text && char.IsAsciiDigit(text[0]) && (text.Length == 4 || text[4] == '-');

    private static string? Text(JsonNode? value) =>
        value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : null;

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    // Narratives are left alone: of XHTML both validators would only say the same thing over and over.
    private static IEnumerable<(JsonObject Holder, string Name, string Path)> Places(JsonNode node, string path)
    {
        if (node is JsonObject holder)
        {
            foreach (var (name, value) in holder)
            {
                if (name is "resourceType" or "div") continue;
                yield return (holder, name, $"{path}.{name}");
                if (value is null) continue;
                foreach (var inner in Places(value, $"{path}.{name}")) yield return inner;
            }
        }
        else if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                if (array[i] is null) continue;
                foreach (var inner in Places(array[i]!, $"{path}[{i}]")) yield return inner;
            }
        }
    }
}
