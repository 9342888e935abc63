using System.Text;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>Plain text as a FHIR narrative. Every character of the text is escaped: what a vendor sends can never become markup.</summary>
internal static class XhtmlText
{
    private const string Open = """<div xmlns="http://www.w3.org/1999/xhtml">""";

    // Keeps every blank and still wraps long lines on a narrow screen.
    private const string OpenPre = """<pre style="white-space: pre-wrap">""";

    /// <summary>What a section holds itself, without its sub-sections: text, then what is not text, then a list.</summary>
    public static Narrative Of(NoteSection section, Narrative.NarrativeStatus status)
    {
        var div = new StringBuilder(Open);
        AppendText(div, section.Lead, asParagraphs: true);
        foreach (var (name, value) in section.Structures)
        {
            if (name.Length > 0) AppendText(div, name + ":", asParagraphs: true);
            Readable.AppendXhtml(div, value);
        }

        if (section.Items.Count > 0)
        {
            div.Append("<ul>");
            foreach (var item in section.Items)
            {
                div.Append("<li>");
                AppendText(div, item);
                div.Append("</li>");
            }

            div.Append("</ul>");
        }

        return new Narrative { Status = status, Div = div.Append("</div>").ToString() };
    }

    /// <summary>Line breaks stay; so do columns and indentation.</summary>
    /// <param name="asParagraphs">Blank lines part paragraphs.</param>
    public static void AppendText(StringBuilder div, string text, bool asParagraphs = false)
    {
        var clean = CleanText.Of(text);
        if (!asParagraphs)
        {
            if (HasColumns(clean)) AppendPre(div, clean);
            else AppendLines(div, clean);
            return;
        }

        foreach (var paragraph in clean.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = paragraph.Trim('\n');
            if (string.IsNullOrWhiteSpace(lines)) continue;
            if (HasColumns(lines))
            {
                AppendPre(div, lines);
                continue;
            }

            div.Append("<p>");
            AppendLines(div, lines);
            div.Append("</p>");
        }
    }

    /// <summary>A name or a heading: line breaks stay, blanks say nothing.</summary>
    public static void AppendWords(StringBuilder div, string text) => AppendLines(div, CleanText.Of(text));

    /// <summary>
    /// Whether blanks in a text say something: a line is indented, or holds a tab or two blanks and more (two after a sentence's end are a
    /// habit of typists). HTML shows each of these as a single blank, and a table of results becomes a row of words.
    /// </summary>
    private static bool HasColumns(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\t') return true;
            if (text[i] != ' ') continue;
            var start = i;
            while (i + 1 < text.Length && text[i + 1] == ' ') i++;
            var (length, endsLine) = (i - start + 1, i + 1 == text.Length || text[i + 1] == '\n');
            if (endsLine) continue;
            if (start == 0
                || text[start - 1] == '\n'
                || length > 2
                || (length == 2 && text[start - 1] is not ('.' or '?' or '!' or ':' or ';')))
            {
                return true;
            }
        }

        return false;
    }

    private static void AppendPre(StringBuilder div, string text)
    {
        div.Append(OpenPre);
        AppendEscaped(div, text);
        div.Append("</pre>");
    }

    private static void AppendLines(StringBuilder div, string text)
    {
        var lines = text.Split('\n');
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
    /// Line ends as <c>\n</c>; a control character or non-character that neither FHIR nor XML may carry becomes U+FFFD, so that its place
    /// still shows.
    /// </summary>
    public static string Of(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return lines.Any(IsForbidden) ? string.Concat(lines.Select(c => IsForbidden(c) ? '\uFFFD' : c)) : lines;
    }

    private static bool IsForbidden(char c) => c is (< ' ' and not '\n' and not '\t') or '\uFFFE' or '\uFFFF';
}
