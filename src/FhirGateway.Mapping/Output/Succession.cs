using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>
/// How a version of a document takes the place of the one before it: the same for notes and for documents without sections.
/// </summary>
internal sealed class Succession(Draft draft, string versionId)
{
    /// <summary>The version's DocumentReference: under the names that are recorded of it, where it was written before.</summary>
    public OwnedResource Document => Named("DocumentReference", versionId, Before?.Document);

    /// <summary>What this very version wrote when it was delivered before; null when it was not.</summary>
    public WrittenVersion? Before => draft.Context.Before;

    /// <summary>The version that this one takes the place of; null for a first one and for one that came late.</summary>
    public WrittenVersion? Replaced => draft.Context.IsLate ? null : draft.Context.Predecessor;

    /// <summary>A resource under the name that is recorded of it, else under one of the gateway's own.</summary>
    public OwnedResource Named(string resourceType, string key, OwnedResource? recorded) =>
        recorded is { Id: null } ? recorded : OwnedResource.Of(resourceType, draft.OwnIdentity(resourceType, key, draft.Context.Chart));

    /// <summary>Says of the DocumentReference whether it is current, and what it replaces.</summary>
    public void Mark(DocumentReference document)
    {
        document.Status = draft.Context.IsLate ? DocumentReferenceStatus.Superseded : DocumentReferenceStatus.Current;
        if (Replaced?.Document is not { } replaced) return;
        document.RelatesTo.Add(new DocumentReference.RelatesToComponent
        {
            Code = DocumentRelationshipType.Replaces,
            Target = new ResourceReference(replaced.Url),
        });
    }

    /// <summary>
    /// What ends in the same transaction, each with how: what this version takes the place of, and what was written for somebody else.
    /// </summary>
    /// <param name="owned">What this version writes.</param>
    public IReadOnlyList<(OwnedResource Resource, Parameters Patch)> Ending(IReadOnlyList<OwnedResource> owned)
    {
        var before = (Before?.Owned ?? []).Where(old => old.ResourceType != "DocumentReference");
        var replaced = before.Concat(Replaced?.Needed ?? []).ExceptBy(owned.Select(Name), Name);
        return [.. replaced.Select(old => (old, Retirement.PatchOf(old)))
            .Concat(draft.Context.Mistaken.Select(mistake => (mistake, Retirement.CorrectionOf(mistake))))
            .SelectMany<(OwnedResource, Parameters?), (OwnedResource, Parameters)>(
                each => each is (var resource, { } patch) ? [(resource, patch)] : [])];
    }

    // Whether it is known by its id, too, makes it no other.
    private static (string ResourceType, string System, string Value) Name(OwnedResource owned) =>
        (owned.ResourceType, owned.System, owned.Value);
}
