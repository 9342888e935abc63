using System.Text;

namespace FhirGateway.Mapping.Docs;

/// <summary>An element that the gateway writes itself, whatever the vendor.</summary>
/// <param name="Resource">The resource type; <c>*</c> for every one that a message makes.</param>
/// <param name="Path">FHIRPath of the element from the resource; all below it is meant, too.</param>
/// <param name="What">What it holds, and where that comes from.</param>
public sealed record FrameRow(string Resource, string Path, string What);

/// <summary>
/// What every bundle has beside what a vendor's rules write, as a page for people (<c>mappings/FRAME.md</c>). A test holds that every
/// element of every expected bundle is in it or in the vendor's MAPPING.md.
/// </summary>
public static class FramePage
{
    /// <summary>All of it.</summary>
    public static IReadOnlyList<FrameRow> Rows { get; } =
    [
        new("Bundle", "type", "`transaction`: all of it or nothing"),
        new("Bundle", "identifier", "the version's own UUID, where it is a document's"),

        new("*", "meta.source", "`urn:fhir-gateway:{source}:message:{id}`: the message it was made from, last of all that wrote it"),
        new("*", "meta.profile", "the profile of `profiles/` that it is held against; `profiles/pages` says what may be relied on"),
        new("*", "meta.tag", "the vendor (`urn:fhir-gateway:code:vendor`) and the source (`urn:fhir-gateway:code:source`)"),
        new("*", "meta.security", "who asserted it, as the event's security labels say"),
        new("*", "identifier", "by what it is written: `urn:fhir-gateway:{source}:{kind}`, with the subject in its value. Vendors' and "
            + "sites' identifiers stand beside it, and nothing is written by them"),
        new("*", "id", "of types without an identifier: a UUIDv5 of source, event and version"),

        new("Composition", "date", "the vendor's time where MAPPING.md names one, else the time of receipt"),
        new("Composition", "author", "the vendor's AI; this gateway where no AI wrote it"),
        new("Composition", "custodian", "the source's organisation: the site's own where `Custodian` names it, else one made once"),
        new("Composition", "section", "in the payload's order. A section without content says so in words, and has an `emptyReason`"),

        new("DocumentReference", "masterIdentifier", "the version's own UUID"),
        new("DocumentReference", "status", "`current`; `superseded` for a version that came after a newer one, and for one that a newer "
            + "one replaces. `entered-in-error` for what a person said was filed in the wrong chart"),
        new("DocumentReference", "docStatus", "`Composition.status`"),
        new("DocumentReference", "type", "`Composition.type`"),
        new("DocumentReference", "category", "as the event's mapping says, then what `Categories` of the source adds"),
        new("DocumentReference", "date", "`Composition.date`; a date without a time is midnight UTC"),
        new("DocumentReference", "author", "`Composition.author`; the vendor's Device for what the vendor itself says"),
        new("DocumentReference", "custodian", "`Composition.custodian`"),
        new("DocumentReference", "relatesTo", "`replaces`: the version before, of the same document and subject"),
        new("DocumentReference", "description", "`Composition.title`"),
        new("DocumentReference", "language", "`Composition.language`"),
        new("DocumentReference", "content", "the whole note as plain text in UTF-8, with its size and its SHA-1 (R4's choice); "
            + "`format`: the media type says it all (IHE)"),
        new("DocumentReference", "context.encounter", "the encounter, where the message or the site's correlation names one"),
        new("DocumentReference", "context.related", "the Composition of the same note, and the appointment that it is of"),

        new("Device", "", "two, made once: the vendor's (an AI where the event is labelled so) with its manufacturer, and this gateway's "
            + "with its build"),
        new("Organization", "", "the custodian, made once where the site names none of its own"),

        new("Provenance", "target", "all that the bundle writes, the document with the identifier of its version; then what it ends"),
        new("Provenance", "recorded", "the time of receipt"),
        new("Provenance", "reason", "AIAST where an AI wrote it"),
        new("Provenance", "activity", "`CREATE` for a first version, `UPDATE` for a later one"),
        new("Provenance", "agent", "the AI as author, or the vendor as informant; the patient as informant of what patients told; "
            + "this gateway as assembler"),
        new("Provenance", "entity", "the message and the event that it was made from"),

        new("Parameters", "", "a FHIRPath Patch that ends what a new version takes the place of: a document becomes `superseded`, a "
            + "medication statement `completed` with a `statusReason` that says why"),
    ];

    /// <summary>The page, in Markdown.</summary>
    public static string Of()
    {
        var page = new StringBuilder(
            "# What the gateway writes itself\n\nFor every vendor alike; what a vendor's own rules write is in its folder's MAPPING.md. "
            + "Generated; a test fails when it differs, or when a bundle has an element that neither page names.\n\n"
            + "What no rule knows is in the note under its own key, and is counted as drift; it is never dropped.\n\n"
            + "| resource | element | what it holds |\n| --- | --- | --- |\n");
        foreach (var row in Rows)
        {
            page.Append("| ").AppendJoin(
                " | ", row.Resource == "*" ? "every one" : row.Resource, row.Path.Length == 0 ? "all" : $"`{row.Path}`", row.What)
                .Append(" |\n");
        }

        return page.ToString();
    }
}
