using System.Text;

namespace FhirGateway.Mapping.Notes;

/// <summary>A whole note as plain text, for readers and systems that know no sections.</summary>
public static class PlainText
{
    /// <summary>
    /// Title, then each section under its heading; sub-sections are headed by their parents' names, too, so that none loses its context.
    /// </summary>
    public static string Of(string title, IEnumerable<NoteSection> sections)
    {
        var text = new StringBuilder(CleanText.Of(title).Trim()).Append('\n');
        foreach (var section in sections) Append(text, section, parents: "");
        return text.ToString();
    }

    private static void Append(StringBuilder text, NoteSection section, string parents)
    {
        var heading = parents + CleanText.Of(section.Title);
        if (section.ToPlainText() is { Length: > 0 } words) text.Append('\n').Append(heading).Append('\n').Append(words).Append('\n');
        foreach (var child in section.Sections) Append(text, child, heading + " / ");
    }
}
