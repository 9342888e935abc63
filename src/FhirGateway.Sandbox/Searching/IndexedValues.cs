using System.Globalization;
using System.Text.Json;
using FhirGateway.FhirPath;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A token as indexed. A primitive code carries no system of its own in JSON: any asked-for system fits it.</summary>
internal sealed record TokenValue(string? System, string? Code, string? Text, bool AnySystem);

/// <summary>A quantity as indexed.</summary>
internal sealed record QuantityValue(decimal Value, string? System, string? Code, string? Unit);

/// <summary>What a search parameter's FHIRPath found, in the form its type is searched in (FHIR R4 search.html).</summary>
internal static class IndexedValues
{
    public static IEnumerable<TokenValue> Tokens(FhirNode node)
    {
        var json = node.Json ?? default;
        if (json.ValueKind != JsonValueKind.Object)
        {
            yield return new TokenValue(null, Text(json), null, node.Type.Name == "code");
            yield break;
        }

        switch (node.Type.Name)
        {
            case "CodeableConcept":
                var text = Member(json, "text");
                var codings = Items(json, "coding").ToList();
                foreach (var coding in codings)
                {
                    yield return new TokenValue(Member(coding, "system"), Member(coding, "code"), Member(coding, "display") ?? text, false);
                }
                if (codings.Count == 0 && text is not null) yield return new TokenValue(null, null, text, false);
                break;
            case "Coding":
                yield return new TokenValue(Member(json, "system"), Member(json, "code"), Member(json, "display"), false);
                break;
            case "Identifier":
                yield return new TokenValue(Member(json, "system"), Member(json, "value"), null, false);
                break;
            case "ContactPoint":
                yield return new TokenValue(Member(json, "system"), Member(json, "value"), null, true);
                break;
        }
    }

    public static IEnumerable<DateRange> Dates(FhirNode node)
    {
        var json = node.Json ?? default;
        if (json.ValueKind != JsonValueKind.Object)
        {
            if (DateRange.TryParse(Text(json), out var range)) yield return range;
        }
        else if (node.Type.Name == "Period")
        {
            if (Period(json) is { } period) yield return period;
        }
        else if (node.Type.Name == "Timing")
        {
            foreach (var moment in Items(json, "event"))
            {
                if (DateRange.TryParse(Text(moment), out var range)) yield return range;
            }

            if (json.TryGetProperty("repeat", out var repeat) && repeat.TryGetProperty("boundsPeriod", out var bounds)
                && Period(bounds) is { } period)
            {
                yield return period;
            }
        }
    }

    public static IEnumerable<string> Strings(FhirNode node)
    {
        var json = node.Json ?? default;
        if (json.ValueKind != JsonValueKind.Object) return Text(json) is { } text ? [text] : [];
        string[] parts = node.Type.Name switch
        {
            "HumanName" => ["family", "given", "prefix", "suffix", "text"],
            "Address" => ["text", "line", "city", "district", "state", "postalCode", "country"],
            _ => ["text"],
        };
        return parts.SelectMany(part => Texts(json, part));
    }

    /// <summary>Literal references and canonical urls.</summary>
    public static IEnumerable<string> References(FhirNode node)
    {
        var literal = node.Json is { ValueKind: JsonValueKind.Object } json ? Member(json, "reference") : Text(node.Json ?? default);
        return literal is null ? [] : [literal];
    }

    public static IEnumerable<string> Uris(FhirNode node) => Text(node.Json ?? default) is { } uri ? [uri] : [];

    public static IEnumerable<QuantityValue> Quantities(FhirNode node)
    {
        var json = node.Json ?? default;
        if (json.ValueKind == JsonValueKind.Number && json.TryGetDecimal(out var number))
        {
            return [new QuantityValue(number, null, null, null)];
        }
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("value", out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetDecimal(out var amount)
            ? [new QuantityValue(amount, Member(json, "system"), Member(json, "code") ?? Member(json, "currency"), Member(json, "unit"))]
            : [];
    }

    private static DateRange? Period(JsonElement json)
    {
        var hasStart = DateRange.TryParse(Member(json, "start"), out var start);
        var hasEnd = DateRange.TryParse(Member(json, "end"), out var end);
        if (!hasStart && !hasEnd) return null;
        return new DateRange(hasStart ? start.Start : DateTimeOffset.MinValue, hasEnd ? end.End : DateTimeOffset.MaxValue, false);
    }

    private static string? Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => json.TryGetDecimal(out var number) ? number.ToString(CultureInfo.InvariantCulture) : json.GetRawText(),
        _ => null,
    };

    private static string? Member(JsonElement json, string name) => json.TryGetProperty(name, out var member) ? Text(member) : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : default;

    private static IEnumerable<string> Texts(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var member)) return [];
        if (member.ValueKind == JsonValueKind.Array) return member.EnumerateArray().Select(Text).OfType<string>();
        return Text(member) is { } text ? [text] : [];
    }
}
