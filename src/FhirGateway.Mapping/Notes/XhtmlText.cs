using System.Text;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>Plain text as a FHIR narrative. Every character of the text is escaped: what a vendor sends can never become markup.</summary>
public static class XhtmlText
{
    private const string Open = """<div xmlns="http://www.w3.org/1999/xhtml">""";

    /// <summary>Paragraphs at blank lines, line breaks at single ones.</summary>
    public static Narrative Paragraphs(string text, Narrative.NarrativeStatus status)
    {
        var div = new StringBuilder(Open);
        AppendParagraphs(div, text);
        return new Narrative { Status = status, Div = div.Append("</div>").ToString() };
    }

    /// <summary>Text, then a list, one item per entry; either may be empty.</summary>
    public static Narrative List(string text, IReadOnlyList<string> items, Narrative.NarrativeStatus status)
    {
        var div = new StringBuilder(Open);
        if (text.Length > 0) AppendParagraphs(div, text);
        if (items.Count > 0)
        {
            div.Append("<ul>");
            foreach (var item in items)
            {
                div.Append("<li>");
                AppendLines(div, item);
                div.Append("</li>");
            }

            div.Append("</ul>");
        }

        return new Narrative { Status = status, Div = div.Append("</div>").ToString() };
    }

    private static void AppendParagraphs(StringBuilder div, string text)
    {
        foreach (var paragraph in CleanText.Of(text).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = paragraph.Trim('\n');
            if (string.IsNullOrWhiteSpace(lines)) continue;
            div.Append("<p>");
            AppendLines(div, lines);
            div.Append("</p>");
        }
    }

    private static void AppendLines(StringBuilder div, string text)
    {
        var lines = CleanText.Of(text).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) div.Append("<br/>");
            AppendEscaped(div, lines[i]);
        }
    }

    private static void AppendEscaped(StringBuilder div, string text)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '<' => div.Append("&lt;"),
                '>' => div.Append("&gt;"),
                '&' => div.Append("&amp;"),
                '"' => div.Append("&quot;"),
                _ => div.Append(c),
            };
        }
    }
}

/// <summary>Text as FHIR strings and XML may hold it.</summary>
public static class CleanText
{
    /// <summary>
    /// Line ends as <c>\n</c>; a control character or non-character that neither FHIR nor XML may carry becomes U+FFFD, so that its place still shows.
    /// </summary>
    public static string Of(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return lines.Any(IsForbidden) ? string.Concat(lines.Select(c => IsForbidden(c) ? '\uFFFD' : c)) : lines;
    }

    private static bool IsForbidden(char c) => c is (< ' ' and not '\n' and not '\t') or '\uFFFE' or '\uFFFF';
}
