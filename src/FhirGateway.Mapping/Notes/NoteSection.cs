using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Notes;

/// <summary>A section of a note before it is written: the Composition and the plain text both come from it.</summary>
public sealed class NoteSection(string title)
{
    /// <summary>Its heading.</summary>
    public string Title { get; } = CleanText.Of(title).Trim();

    /// <summary>Where in the message it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The rule that made it.</summary>
    public required RuleRow Rule { get; init; }

    /// <summary>Its code; null for none.</summary>
    public CodeableConcept? Code { get; set; }

    /// <summary>Lines that say whom the note is about: they confirm the subject, and are not what was collected of it.</summary>
    public List<string> Identity { get; } = [];

    /// <summary>The vendor's words, or what is shown in place of them.</summary>
    public string Text { get; set; } = "";

    /// <summary>Objects and arrays that came where text was expected, by name; the name is empty where the heading says it.</summary>
    public List<(string Name, JsonElement Value)> Structures { get; } = [];

    /// <summary>List items below the text.</summary>
    public List<string> Items { get; } = [];

    /// <summary>Why there is no content.</summary>
    public Concept? EmptyReason { get; set; }

    /// <summary>References to the resources that it is about.</summary>
    public List<ResourceReference> Entries { get; } = [];

    /// <summary>Its sub-sections.</summary>
    public List<NoteSection> Sections { get; } = [];

    /// <summary>All that it says before lists: who, and the text.</summary>
    public string Lead => Identity.Count == 0 ? Text : string.Join('\n', Text.Length == 0 ? Identity : Identity.Append(Text));

    /// <summary>There is nothing in it at all, not even words that say so.</summary>
    internal bool IsEmpty => !HasText && Entries.Count == 0 && Sections.Count == 0;

    /// <summary>It, or a sub-section, says something of the patient: more than who it is, and more than that nothing is there.</summary>
    internal bool HasContent =>
        Entries.Count > 0
            || Structures.Count > 0
            || (EmptyReason is null && (Text.Length > 0 || Items.Count > 0))
            || Sections.Exists(section => section.HasContent);

    private bool HasText => Identity.Count > 0 || Text.Length > 0 || Structures.Count > 0 || Items.Count > 0;

    /// <summary>As FHIR's Composition.section: cmp-1 (text, entries or sub-sections) and cmp-2 (no reason beside entries) hold.</summary>
    public Composition.SectionComponent ToComponent()
    {
        var component = new Composition.SectionComponent
        {
            Title = Title,
            Code = Code,
            Text = HasText
                ? XhtmlText.Of(this, EmptyReason is null ? Narrative.NarrativeStatus.Additional : Narrative.NarrativeStatus.Generated)
                : null,
            EmptyReason = EmptyReason is null || Entries.Count > 0 ? null : EmptyReason.ToCodeableConcept(),
        };
        component.Entry.AddRange(Entries);
        component.Section.AddRange(Sections.Select(s => s.ToComponent()));
        return component;
    }

    /// <summary>What it holds itself as plain text, in lines; empty when it holds nothing.</summary>
    internal string ToPlainText()
    {
        var lines = new List<string>();
        if (Lead.Length > 0) lines.Add(CleanText.Of(Lead).Trim('\n'));
        foreach (var (name, value) in Structures)
        {
            if (name.Length > 0) lines.Add(CleanText.Of(name) + ":");
            lines.Add(Readable.Lines(value));
        }

        lines.AddRange(Items.Select(item => "- " + CleanText.Of(item)));
        return string.Join('\n', lines);
    }
}
