using System.Buffers;
using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>The searches a transaction bundle stands on, as they are written in it (<c>Patient?identifier=system|value</c>).</summary>
public static class Conditions
{
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Those of conditional references: each must match exactly one resource.</summary>
    public static IReadOnlyList<string> References(JsonElement bundle)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Collect(bundle, found);
        return [.. found];
    }

    /// <summary>Those of conditional patches: each must match exactly one resource, too.</summary>
    public static IReadOnlyList<string> Patches(JsonElement bundle) =>
    [
        .. Requests(bundle)
            .Where(request => Json.Text(request, "method") == "PATCH")
            .Select(request => Json.Text(request, "url"))
            .OfType<string>()
            .Where(url => url.Contains('?', StringComparison.Ordinal)),
    ];

    /// <summary>Those of conditional writes: each may match at most one resource.</summary>
    public static IReadOnlyList<string> Writes(JsonElement bundle)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var request in Requests(bundle))
        {
            if (Json.Text(request, "url") is not { } url) continue;
            if (url.Contains('?', StringComparison.Ordinal)) found.Add(url);
            if (Json.Text(request, "ifNoneExist") is { } condition) found.Add($"{url}?{condition.TrimStart('?')}");
        }

        return [.. found];
    }

    private static IEnumerable<JsonElement> Requests(JsonElement bundle) =>
        Json.Items(bundle, "entry").Select(entry => Json.Property(entry, "request")).OfType<JsonElement>();

    private static void Collect(JsonElement element, SortedSet<string> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Collect(item, found);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.NameEquals("reference") && property.Value.ValueKind == JsonValueKind.String)
                {
                    var reference = property.Value.GetString()!;
                    if (IsCondition(reference)) found.Add(reference);
                }
                else
                {
                    Collect(property.Value, found);
                }
            }
        }
    }

    // "Patient?…": a query on a type's name. URLs elsewhere may hold a question mark too.
    private static bool IsCondition(string reference) =>
        reference.IndexOf('?', StringComparison.Ordinal) is > 0 and var mark && reference.AsSpan(0, mark).IndexOfAnyExcept(Letters) < 0;
}
