using System.Text.Json;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping;

/// <summary>All that a translation may know beyond the event itself: the same context always makes the same bytes.</summary>
/// <param name="Found">What the event's lookups were answered; may lack any of them (offline translation).</param>
/// <param name="Predecessor">The latest delivered version of the same document; null for a first one.</param>
/// <param name="IsLate">A newer version is already delivered: only a superseded DocumentReference and its Provenance may be written.</param>
/// <param name="Late">Set keys of <see cref="Translation.Updates"/> that a later event has already written: they must stay as they are; null for none.</param>
public sealed record TranslationContext(
    SourceSettings Source,
    MessageFacts Message,
    IReadOnlyDictionary<Lookup, JsonElement> Found,
    Predecessor? Predecessor,
    bool IsLate,
    IReadOnlySet<string>? Late = null);

/// <summary>The latest delivered version of a document.</summary>
/// <param name="Document">Identifier of its DocumentReference; null when that is gone from the destination, and nothing can refer to it.</param>
/// <param name="Owned">What it wrote that its successor must retire.</param>
public sealed record Predecessor(Identity? Document, IReadOnlyList<OwnedResource> Owned)
{
    /// <summary>All that its successor changes or refers to: without one of them on the destination, the transaction fails.</summary>
    public IEnumerable<OwnedResource> Needed =>
        (Document is null ? Owned : Owned.Prepend(new OwnedResource("DocumentReference", Document.System, Document.Value))).Distinct();
}

/// <summary>
/// A resource that belongs to one version of a document: its successor retires it in the same transaction
/// (a DocumentReference becomes superseded, a MedicationStatement completed, with the reason in words).
/// </summary>
public sealed record OwnedResource(string ResourceType, string System, string Value)
{
    /// <summary>How the bundle names it: <c>Type?identifier=…</c>, percent-encoded.</summary>
    public string Condition => $"{ResourceType}?{new Identity(System, Value).Query}";
}

/// <summary>Where an element of the output came from.</summary>
/// <param name="Entry">The bundle's entry, from 0.</param>
/// <param name="Path">FHIRPath of the element inside the entry's resource.</param>
/// <param name="Source">RFC 6901 pointer into the message; null for what a rule always writes.</param>
/// <param name="Row">The rule that wrote it.</param>
public sealed record LineageEntry(int Entry, string Path, string? Source, RuleRow Row)
{
    /// <summary>FHIRPath of the element inside the bundle.</summary>
    public string Target => $"Bundle.entry[{Entry}].resource.{Path}";

    /// <summary>The rule in words, with its reason.</summary>
    public string Rule => Row.InWords(Source);
}
