using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>A translation's bundle as the destination can take it: it refers to what is there, or to its own entries.</summary>
/// <param name="Bundle">The translation's, rewritten.</param>
/// <param name="Resolved">What each search was resolved to: of its references and of its patches.</param>
/// <param name="Shared">What it refers to and all notes share.</param>
public sealed record PreparedBundle(
    Bundle Bundle,
    IReadOnlyDictionary<Condition, ResourceLocation> Resolved,
    IReadOnlyList<(Bundle.EntryComponent Entry, Condition Condition, ResourceLocation Location)> Shared)
{
    /// <summary>Whether it changes what is there already: it ends what came before.</summary>
    public bool HasPatches => Bundle.Entry.Exists(entry => entry.Request?.Method == Bundle.HTTPVerb.PATCH);
}
