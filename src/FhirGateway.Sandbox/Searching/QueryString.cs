using System.Net;

namespace FhirGateway.Sandbox.Searching;

/// <summary>
/// Names and values of a raw query or form, decoded, in order. Parameters without a value ask for nothing and are left out, as on
/// HAPI.
/// </summary>
internal static class QueryString
{
    public static IReadOnlyList<(string Name, string Value)> Parse(string raw) =>
    [
        .. from part in raw.Split('&', StringSplitOptions.RemoveEmptyEntries)
           let mark = part.IndexOf('=', StringComparison.Ordinal)
           where mark > 0 && mark < part.Length - 1
           select (WebUtility.UrlDecode(part[..mark]), WebUtility.UrlDecode(part[(mark + 1)..])),
    ];

    /// <summary>The same query as HAPI repeats it in a self link: sorted by name, every reserved character encoded.</summary>
    public static string Canonical(IEnumerable<(string Name, string Value)> parameters) =>
        string.Join('&', parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}"));

    /// <summary>Splits on a separator that no backslash precedes (FHIR R4 search, escaping); the parts stay escaped.</summary>
    public static IReadOnlyList<string> Split(string value, char separator, int atMost = int.MaxValue)
    {
        var parts = new List<string>();
        var start = 0;
        for (var at = 0; at < value.Length && parts.Count < atMost - 1; at++)
        {
            if (value[at] == '\\') at++;
            else if (value[at] == separator)
            {
                parts.Add(value[start..at]);
                start = at + 1;
            }
        }

        parts.Add(value[start..]);
        return parts;
    }

    public static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal)) return value;
        var text = new System.Text.StringBuilder(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] == '\\' && at + 1 < value.Length && value[at + 1] is ',' or '|' or '$' or '\\') at++;
            text.Append(value[at]);
        }

        return text.ToString();
    }
}
