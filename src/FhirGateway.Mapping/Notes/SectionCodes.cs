using FhirGateway.Mapping.Codes;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>What a vendor's section keys are called and how they are coded.</summary>
/// <param name="keySystem">The code system of the vendor's own keys.</param>
internal sealed class SectionCodes(string keySystem, HeadingMap headings)
{
    /// <summary>The concept maps, in words.</summary>
    public string Ids => headings.Ids;

    /// <summary>A key's title as clinicians write it; null where no map has one.</summary>
    public string? TitleOf(string key) => headings.Find(key)?.Title;

    /// <summary>A key's standard code; null for none.</summary>
    public Concept? CodeOf(string key) => headings.CodeOf(key);

    /// <summary>
    /// The vendor's key in LOINC where a map knows it, always beside the key itself, so that it can be told again; null for a key without
    /// a word. The text is the title, or the vendor's own words where they are others.
    /// </summary>
    /// <param name="words">What the vendor calls the section.</param>
    public CodeableConcept? Of(string key, string words, string title)
    {
        var word = OneLine(key);
        if (word.Length == 0) return null;
        var concept = new CodeableConcept { Text = HeadingMap.AreSame(words, title) ? title : OneLine(words) };
        if (CodeOf(key) is { } known) concept.Coding.Add(known.ToCoding());
        concept.Coding.Add(new Coding(keySystem, word));
        return concept;
    }

    private static string OneLine(string words) =>
        string.Join(' ', CleanText.Of(words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
