using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// Payloads nobody documented: a sample with values and keys broken at random, the same way on every run. FHIRGATEWAY_TEST_MUTATIONS and
/// FHIRGATEWAY_TEST_SEED choose how many of each sample, and which.
/// </summary>
internal static class RandomPayloads
{
    private static readonly string[] Texts =
    [
        "", " ", "\n", " x ", "\u0000", "a\u0001b", "a\u000bb", "\ufffe", "\ufeff", "😀", "e\u0301", "\u202eevil", "<script>alert(1)</script>", "]]>", "&nbsp;", "&#0;", "<b>unclosed", "' OR 1=1 --",
        "a|b", "a,b", "$", "\\", "../../etc/passwd", "urn:uuid:x", "http://a b/c", "javascript:alert(1)", "%00", "2024-02-30", "2024-05-17", "2024-05-17T25:00:00Z", "2024-05-17T10:00:00", "17.05.2024",
        "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "yesterday", "NaN", "null", "true", "1e400", "-1", "en", "xx-YY-zz-toolongtag", "image/png", "text/plain; charset=utf-8", "not a mime", "Patient/1", "#", "?", "/",
        new string('x', 70), new string('é', 5000), new string(' ', 300),
    ];

    private static readonly string[] Keys = [
        "Red Flags", "Past Medical History ", "chief complaint", "PHQ-9", "subsections", "text", "title", "2024", "", " ", "a/b~c", "plan",
        "<b>", "\u0001"];

    /// <summary>How many of each sample.</summary>
    public static int Count => Setting("MUTATIONS", 150);

    /// <summary>The same numbers on every run.</summary>
    public static Random Source() => new(Setting("SEED", 20261121));

    /// <summary>Changes one value or key of the payload.</summary>
    /// <returns>What was changed, without the value.</returns>
    public static string Break(JsonNode payload, Random random)
    {
        var places = Places(payload, "").ToList();
        if (places.Count == 0) return "nothing";
        var (holder, key, path) = places[random.Next(places.Count)];
        if (random.Next(4) == 0) return Rename(holder, key, path, random);
        var value = Broken(holder[key], random, out var change);
        if (change == "drop") holder.Remove(key);
        else holder[key] = value;
        return $"{change} {path}";
    }

    // A template gains a section, a key is spelled otherwise, a text becomes a group of texts.
    private static string Rename(JsonObject holder, string key, string path, Random random)
    {
        var name = Keys[random.Next(Keys.Length)];
        if (random.Next(2) == 0)
        {
            holder[name] = Novelty(random, depth: 3);
            return $"added {path[..path.LastIndexOf('/')]}/{name}";
        }

        var value = holder[key];
        holder.Remove(key);
        holder[random.Next(2) == 0 ? name : $" {key.ToUpperInvariant()} "] = value;
        return $"renamed {path}";
    }

    private static JsonNode? Novelty(Random random, int depth) => random.Next(depth > 0 ? 5 : 2) switch
    {
        0 => JsonValue.Create(Texts[random.Next(Texts.Length)]),
        1 => JsonNode.Parse(new[] { "14", "true", "null", "-0.5" }[random.Next(4)]),
        2 => new JsonArray(Novelty(random, depth - 1), Novelty(random, depth - 1)),
        _ =>
            new JsonObject
            {
                [Keys[random.Next(Keys.Length)]] = Novelty(random, depth - 1),
                ["more words"] = JsonValue.Create(
                $"stop the new drug, no. {random.Next(100_000)}")
            },
    };

    private static JsonNode? Broken(JsonNode? value, Random random, out string change)
    {
        change = "drop";
        switch (random.Next(10))
        {
            case 0:
                return null;
            case 1:
                change = "null";
                return null;
            case 2:
                change = "number";
                return JsonNode.Parse(
                    new[] { "0", "-1", "1.5", "1e400", "99999999999999999999", "0.1000000000000000000000000000000000001" }[random.Next(6)]);
            case 3:
                change = "empty";
                return value switch { JsonArray => new JsonArray(), JsonObject => new JsonObject(), _ => JsonValue.Create("") };
            case 4 when value is JsonArray array:
                change = "doubled";
                var twice = array.DeepClone().AsArray();
                foreach (var item in array) twice.Add(item?.DeepClone());
                return twice;
            case 5 when value is JsonArray:
                change = "array of nothing";
                return new JsonArray(null, JsonValue.Create(""), new JsonObject());
            case 6:
                change = "retyped";
                return value is JsonObject ? JsonValue.Create("text") : new JsonObject { ["a"] = "b" };
            default:
                var text = Texts[random.Next(Texts.Length)];
                change = $"text {JsonSerializer.Serialize(text.Length > 40 ? text[..40] : text)}";
                return JsonValue.Create(text);
        }
    }

    private static IEnumerable<(JsonObject Holder, string Key, string Path)> Places(JsonNode? node, string path)
    {
        if (node is JsonObject holder)
        {
            foreach (var (key, value) in holder)
            {
                yield return (holder, key, $"{path}/{key}");
                foreach (var inner in Places(value, $"{path}/{key}")) yield return inner;
            }
        }
        else if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                foreach (var inner in Places(array[i], $"{path}/{i.ToString(CultureInfo.InvariantCulture)}")) yield return inner;
            }
        }
    }

    /// <summary>The same JSON to be changed. A vendor's own example may name a key twice: the last one counts.</summary>
    public static JsonNode? Copy(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var copy = new JsonObject();
                foreach (var property in json.EnumerateObject()) copy[property.Name] = Copy(property.Value);
                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. json.EnumerateArray().Select(Copy)]);
            default:
                return JsonNode.Parse(json.GetRawText());
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_" + name), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}
