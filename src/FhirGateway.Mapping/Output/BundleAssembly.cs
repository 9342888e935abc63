using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>A transaction under construction: every entry in the one way its kind is always written.</summary>
internal sealed class BundleAssembly(Draft draft)
{
    private readonly Dictionary<Resource, int> _positions = new(ReferenceEqualityComparer.Instance);
    private readonly List<Resource> _written = [];

    public Bundle Bundle { get; } = new() { Type = Bundle.BundleType.Transaction };

    /// <summary>What the bundle writes, in order; devices and patches are not among it.</summary>
    public IReadOnlyList<Resource> Written => _written;

    /// <summary>Created once and never changed, for all messages of the source.</summary>
    /// <param name="shared">The resource, and what names it in the gateway's own system of its type.</param>
    public ResourceReference CreateOnce((DomainResource Resource, string Name) shared)
    {
        var (resource, name) = shared;
        var identity = new Identity(draft.Source.OwnSystemOf(resource.TypeName), name);
        draft.Identify(resource, identity);
        var entry = Add(resource, draft.FullUrl(resource), Bundle.HTTPVerb.POST, resource.TypeName);
        entry.Request!.IfNoneExist = identity.Query;
        return new ResourceReference(entry.FullUrl);
    }

    /// <summary>Created or updated by its identifier; by its id where it has one.</summary>
    /// <param name="recorded">What it is recorded as, where its identity has changed since; null for a new one.</param>
    public void Put(Resource resource, OwnedResource? recorded = null)
    {
        _written.Add(resource);
        if (recorded?.Id is { } known)
        {
            var fullUrl = draft.FullUrl(resource);
            resource.Id = known;
            Add(resource, fullUrl, Bundle.HTTPVerb.PUT, recorded.Url);
            return;
        }

        if (resource.Id is { } id)
        {
            PutById(resource, Guid.Parse(id));
            return;
        }

        var identity = draft.IdentityOf(resource)
            ?? throw new InvalidOperationException($"A {resource.TypeName} has no identifier to be written by.");
        Add(resource, draft.FullUrl(resource), Bundle.HTTPVerb.PUT, $"{resource.TypeName}?{identity.Query}");
    }

    /// <summary>Created or updated by an id of our own, for types without identifier.</summary>
    public void PutById(Resource resource, Guid id)
    {
        resource.Id = id.ToString("D");
        Add(resource, $"urn:uuid:{id:D}", Bundle.HTTPVerb.PUT, $"{resource.TypeName}/{id:D}");
    }

    /// <summary>Changes what is already there, without sending it again.</summary>
    public void Patch(OwnedResource target, Parameters patch)
    {
        var fullUrl = $"urn:uuid:{Uuid5.Of(draft.Source.Name, draft.Event.Key, "PATCH", target.Url)}";
        Add(patch, fullUrl, Bundle.HTTPVerb.PATCH, target.Url);
    }

    /// <summary>The entry of a resource, from 0; null when it is not in the bundle.</summary>
    public int? EntryOf(Resource resource) => _positions.TryGetValue(resource, out var position) ? position : null;

    private Bundle.EntryComponent Add(Resource resource, string fullUrl, Bundle.HTTPVerb method, string url)
    {
        _positions[resource] = Bundle.Entry.Count;
        var entry = Bundle.AddResourceEntry(resource, fullUrl);
        entry.Request = new Bundle.RequestComponent { Method = method, Url = url };
        return entry;
    }
}
