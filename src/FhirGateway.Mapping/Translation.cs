using FhirGateway.Fhir.Model;

namespace FhirGateway.Mapping;

/// <summary>What became of an event.</summary>
/// <param name="Bundle">The transaction; null when a problem is an error.</param>
/// <param name="Problems">What can't go on, and what went on with a doubt.</param>
/// <param name="Drift">RFC 6901 pointers to what no rule knows: the payload changed. Never a value.</param>
/// <param name="Lineage">Each written element with the field and the rule that made it.</param>
/// <param name="Owned">What this version wrote that its successor must retire.</param>
public sealed record Translation(
    Bundle? Bundle,
    IReadOnlyList<Problem> Problems,
    IReadOnlyList<string> Drift,
    IReadOnlyList<LineageEntry> Lineage,
    IReadOnlyList<OwnedResource> Owned);
