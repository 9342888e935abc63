using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Notes;

/// <summary>What goes into a section.</summary>
internal static class SectionText
{
    private static RuleRow Unknown { get; } = new(
        "", "section", MappingRule.SectionPart(), "no rule knows it: its words are kept under its own key", null);

    /// <summary>
    /// Words, or what an absence rule says of them. Nothing at all without a rule for it is shown as such: no section is ever empty.
    /// </summary>
    public static void Fill(NoteSection section, string words, Absence absence)
    {
        var rule = absence.Of(words)
            ?? (string.IsNullOrWhiteSpace(words) ? new AbsenceRule("", EmptyReason.Unavailable, "No content") : null);
        section.Text = rule?.ShownAs ?? Trimmed(words);
        section.EmptyReason = rule?.Reason;
    }

    /// <summary>Whatever JSON came: a scalar as its words, all else as people read it.</summary>
    public static void FillWithAny(NoteSection section, JsonElement value, Absence absence)
    {
        if (new Place(value, "").Scalar is { } words) Fill(section, words, absence);
        else if (Readable.IsBlank(value)) Fill(section, "", absence);
        else section.Structures.Add(("", value));
    }

    /// <summary>An object or an array where the vendor documents something else: shown, and noted as a change of shape.</summary>
    public static void ShowOdd(Draft draft, NoteSection section, string name, Place place, string expected)
    {
        draft.ShapeChanged(place, expected);
        draft.Places.Show(place);
        if (!Readable.IsBlank(place.Value)) section.Structures.Add((name, place.Value));
    }

    /// <summary>
    /// What no rule knows is part of the note all the same: a section under its own key, inside the section that it stands in, else at
    /// the end.
    /// </summary>
    public static void KeepUnknown(Draft draft, Absence absence)
    {
        foreach (var place in draft.Places.Unshown(draft.Root))
        {
            if (Readable.IsBlank(place.Value)) continue;
            var section = new NoteSection(
                string.IsNullOrWhiteSpace(place.Name) ? "Untitled section" : place.Name)
            { Source = place.Pointer, Rule = Unknown };
            FillWithAny(section, place.Value, absence);
            draft.Places.Show(place);
            (Around(draft.Sections, place.Pointer)?.Sections ?? draft.Sections).Add(section);
        }
    }

    /// <summary>When all rules have run: a section that holds nothing says so.</summary>
    public static void CompleteEmpty(IEnumerable<NoteSection> sections, Absence absence)
    {
        foreach (var section in sections)
        {
            if (section.IsEmpty) Fill(section, "", absence);
            CompleteEmpty(section.Sections, absence);
        }
    }

    // The first line of several may be indented like those below it.
    private static string Trimmed(string words) =>
        words.Trim() is var trimmed && trimmed.Contains('\n', StringComparison.Ordinal) ? words.TrimEnd().TrimStart('\r', '\n') : trimmed;

    private static NoteSection? Around(List<NoteSection> sections, string pointer)
    {
        var outer = sections.Find(section => Json.JsonPointer.IsAtOrBelow(pointer, section.Source));
        return outer is null ? null : Around(outer.Sections, pointer) ?? outer;
    }
}
