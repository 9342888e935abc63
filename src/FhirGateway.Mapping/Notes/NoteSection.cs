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

    /// <summary>The vendor's words, or what is shown in place of them.</summary>
    public string Text { get; set; } = "";

    /// <summary>List items below the text.</summary>
    public List<string> Items { get; } = [];

    /// <summary>Why there is no content.</summary>
    public Concept? EmptyReason { get; set; }

    /// <summary>References to the resources that it is about.</summary>
    public List<ResourceReference> Entries { get; } = [];

    /// <summary>Its sub-sections.</summary>
    public List<NoteSection> Sections { get; } = [];

    /// <summary>As FHIR's Composition.section: cmp-1 (text, entries or sub-sections) and cmp-2 (no reason beside entries) hold.</summary>
    public Composition.SectionComponent ToComponent()
    {
        var hasText = Text.Length > 0 || Items.Count > 0;
        var component = new Composition.SectionComponent
        {
            Title = Title,
            Code = Code,
            Text = hasText ? XhtmlText.List(Text, Items, EmptyReason is null ? Narrative.NarrativeStatus.Additional : Narrative.NarrativeStatus.Generated) : null,
            EmptyReason = EmptyReason is null || Entries.Count > 0 ? null : EmptyReason.ToCodeableConcept(),
        };
        component.Entry.AddRange(Entries);
        component.Section.AddRange(Sections.Select(s => s.ToComponent()));
        return component;
    }
}
