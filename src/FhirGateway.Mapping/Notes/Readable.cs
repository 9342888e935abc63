using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Notes;

/// <summary>
/// Objects and arrays as people read them, never as JSON: names and values, item by item. For content that came where text was expected,
/// and for what no rule knows.
/// </summary>
internal static class Readable
{
    // Deeper than this, what is left goes on one line: no reader follows more steps, and no narrative should nest without end.
    private const int MostSteps = 6;

    /// <summary>Whether there is nothing to read: no value but nulls and blanks.</summary>
    public static bool IsBlank(JsonElement value) =>
        IsContainer(value) ? Children(value).All(child => IsBlank(child.Value)) : string.IsNullOrWhiteSpace(Scalar(value));

    /// <summary>On one line: <c>name: value, name: value</c>. Nothing is said of what is blank.</summary>
    public static string Inline(JsonElement value)
    {
        if (!IsContainer(value)) return Scalar(value).Trim();
        var said = Children(value).Where(child => !IsBlank(child.Value));
        return string.Join(", ", said.Select(child => Named(child.Name, InlineInside(child.Value))));
    }

    /// <summary>As lines of plain text: <c>name: value</c>, two spaces deeper for what lies inside.</summary>
    public static string Lines(JsonElement value)
    {
        var text = new StringBuilder();
        AppendLines(text, value, "", MostSteps);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>As XHTML: a definition list for an object, a list for an array.</summary>
    public static void AppendXhtml(StringBuilder div, JsonElement value) => AppendXhtml(div, value, MostSteps);

    private static void AppendLines(StringBuilder text, JsonElement value, string indent, int steps)
    {
        if (!IsContainer(value) || steps == 0)
        {
            text.Append(indent).Append(CleanText.Of(Inline(value))).Append('\n');
            return;
        }

        foreach (var (name, inner) in Children(value))
        {
            var head = indent + (name is null ? "-" : CleanText.Of(name) + ":");
            if (IsContainer(inner) && Children(inner).Any() && steps > 1)
            {
                text.Append(head).Append('\n');
                AppendLines(text, inner, indent + "  ", steps - 1);
            }
            else
            {
                text.Append($"{head} {CleanText.Of(Inline(inner))}".TrimEnd()).Append('\n');
            }
        }
    }

    private static void AppendXhtml(StringBuilder div, JsonElement value, int steps)
    {
        if (!IsContainer(value) || steps == 0)
        {
            XhtmlText.AppendText(div, Inline(value));
            return;
        }

        if (!Children(value).Any()) return;
        var (list, item) = value.ValueKind == JsonValueKind.Object ? ("dl", "dd") : ("ul", "li");
        div.Append('<').Append(list).Append('>');
        foreach (var (name, inner) in Children(value))
        {
            if (name is not null)
            {
                div.Append("<dt>");
                XhtmlText.AppendWords(div, name);
                div.Append("</dt>");
            }

            div.Append('<').Append(item).Append('>');
            AppendXhtml(div, inner, steps - 1);
            div.Append("</").Append(item).Append('>');
        }

        div.Append("</").Append(list).Append('>');
    }

    private static string InlineInside(JsonElement value) => IsContainer(value) ? $"({Inline(value)})" : Inline(value);

    private static string Named(string? name, string value) => name is null ? value : $"{name.Trim()}: {value}";

    private static bool IsContainer(JsonElement value) => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array;

    private static string Scalar(JsonElement value) => new Place(value, "").Scalar ?? "";

    private static IEnumerable<(string? Name, JsonElement Value)> Children(JsonElement container) =>
        container.ValueKind == JsonValueKind.Object
        ? container.EnumerateObject().Select(property => ((string?)property.Name, property.Value))
        : container.EnumerateArray().Select(item => ((string?)null, item));
}
