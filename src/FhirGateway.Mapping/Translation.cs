using Hl7.Fhir.Model;

namespace FhirGateway.Mapping;

/// <summary>What became of an event.</summary>
/// <param name="Bundle">
/// The transaction; null when a problem is an error, or when all that it would write is there from a later event.
/// </param>
/// <param name="Problems">What can't go on, and what went on with a doubt.</param>
/// <param name="Drift">RFC 6901 pointers to what no rule knows: the payload changed. Never a value.</param>
/// <param name="Lineage">Each written element with the field and the rule that made it.</param>
/// <param name="Owned">What this version wrote that its successor must retire.</param>
public sealed record Translation(
    Bundle? Bundle,
    IReadOnlyList<Problem> Problems,
    IReadOnlyList<string> Drift,
    IReadOnlyList<LineageEntry> Lineage,
    IReadOnlyList<OwnedResource> Owned)
{
    /// <summary>The Composition that it wrote; null for events that are not a document, and for a version that came late.</summary>
    public OwnedResource? Composition { get; init; }

    /// <summary>
    /// What it updates in place, each with its place in time: of two events that write the same resource the later must win, whatever
    /// came in first. Those that a later event has written (<see cref="TranslationContext.Updates"/>) are left out.
    /// </summary>
    public IReadOnlyList<Update> Updates { get; init; } = [];

    /// <summary>Why it is not written yet, though nothing is wrong with it; null when it may be. Then there is no bundle.</summary>
    public Held? Held { get; init; }
}

/// <summary>Why a translation must wait.</summary>
/// <param name="WaitsFor">What it waits for, in a word or two.</param>
/// <param name="Reason">The same as a sentence for a person. Never a value of the payload.</param>
public sealed record Held(string WaitsFor, string Reason);

/// <summary>A resource that is updated whenever the vendor tells of it again.</summary>
/// <param name="Version">Its place in time; the set key names the resource within the source, whomever it is about.</param>
/// <param name="Resource">As what it is written.</param>
/// <param name="Former">As what the first release wrote it: by the vendor's own identifier.</param>
public sealed record Update(DocumentVersion Version, OwnedResource Resource, OwnedResource Former);
