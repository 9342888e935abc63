using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>A translation's bundle as the destination can take it: it refers to what is there, or to its own entries.</summary>
/// <param name="Bundle">The translation's, rewritten.</param>
/// <param name="Resolved">What each search was resolved to: of its references and of its patches.</param>
/// <param name="Shared">What it refers to and all notes share.</param>
/// <param name="Left">The searches that the destination makes: they stand in references still.</param>
public sealed record PreparedBundle(
    Bundle Bundle,
    IReadOnlyDictionary<Condition, ResourceLocation> Resolved,
    IReadOnlyList<(Bundle.EntryComponent Entry, Condition Condition, ResourceLocation Location)> Shared,
    IReadOnlyCollection<Condition> Left)
{
    /// <summary>Whether it ends what came before.</summary>
    public bool HasEndings => Bundle.Entry.Exists(SendPlan.Ends);
}
