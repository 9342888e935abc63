using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping;

/// <summary>All that a translation may know beyond the event itself: the same context always makes the same bytes.</summary>
/// <param name="Found">What the event's lookups were answered; may lack any of them (offline translation).</param>
/// <param name="Predecessor">The latest delivered version of the same document for the same subject; null for a first one.</param>
/// <param name="IsLate">
/// A newer version is already delivered: only a superseded DocumentReference and its Provenance may be written.
/// </param>
/// <param name="Updates">What is recorded of the resources that <see cref="Translation.Updates"/> names, by set key.</param>
public sealed record TranslationContext(
    SourceSettings Source,
    MessageFacts Message,
    IReadOnlyDictionary<Lookup, JsonElement> Found,
    WrittenVersion? Predecessor,
    bool IsLate,
    IReadOnlyDictionary<string, RecordedUpdate>? Updates = null)
{
    /// <summary>What this very version wrote when it was delivered before; null when it was not.</summary>
    public WrittenVersion? Before { get; init; }

    /// <summary>What was written for somebody whom it is not about, as a person said: it becomes entered-in-error.</summary>
    public IReadOnlyList<OwnedResource> Mistaken { get; init; } = [];

    /// <summary>
    /// The patient's reference on the destination, where the source has another patient of the same name; null where its words are enough.
    /// </summary>
    public string? Chart { get; init; }

    /// <summary>The gateway's own build, so that what a faulty one wrote can be found; null where none is named.</summary>
    public string? Build { get; init; }

    /// <summary>The encounter that the event names belongs to another patient: it is not referred to.</summary>
    public bool IsOfAnotherEncounter { get; init; }

    /// <summary>The Composition that the document's versions share; null for a first one.</summary>
    internal OwnedResource? Composition => Before?.Composition ?? Predecessor?.Composition;
}

/// <summary>A delivered version of a document: what it wrote, as the ledger recorded it.</summary>
/// <param name="Document">Its DocumentReference; null when that is gone from the destination, and nothing can refer to it.</param>
/// <param name="Composition">The Composition that all versions share; null where there is none.</param>
/// <param name="Owned">What it wrote that its successor must retire.</param>
public sealed record WrittenVersion(OwnedResource? Document, OwnedResource? Composition, IReadOnlyList<OwnedResource> Owned)
{
    /// <summary>All that its successor changes or refers to: without one of them on the destination, the transaction fails.</summary>
    public IEnumerable<OwnedResource> Needed => (Document is null ? Owned : Owned.Prepend(Document)).Distinct();
}

/// <summary>What the ledger knows of a resource that is updated in place.</summary>
/// <param name="IsLater">A later event has written it: it must stay as it is.</param>
/// <param name="Resource">As what it was written; null for the identity that it would be given today.</param>
/// <param name="Chart">As <see cref="TranslationContext.Chart"/>, for this resource.</param>
public sealed record RecordedUpdate(bool IsLater, OwnedResource? Resource, string? Chart = null);

/// <summary>
/// A resource that belongs to one version of a document: its successor retires it in the same transaction
/// (a DocumentReference becomes superseded, a MedicationStatement completed, with the reason in words).
/// </summary>
public sealed record OwnedResource(string ResourceType, string System, string Value)
{
    public static OwnedResource Of(string resourceType, Identity identity) => new(resourceType, identity.System, identity.Value);

    /// <summary>
    /// Its id on the destination, where the identity is not the gateway's own and somebody else's resource may have it: it was looked
    /// at, and is written by its id. Null for all else.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>By what it is found: <c>Type?identifier=…</c>, percent-encoded.</summary>
    [JsonIgnore]
    public string Condition => $"{ResourceType}?{Identity.Query}";

    /// <summary>How the bundle names it: by its condition, or <c>Type/id</c>.</summary>
    [JsonIgnore]
    public string Url => Id is null ? Condition : $"{ResourceType}/{Id}";

    /// <summary>Its identifier.</summary>
    [JsonIgnore]
    public Identity Identity => new(System, Value);
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
