using System.Text.Json;
using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Output;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Rules;

/// <summary>A translation under way: what is written so far, from where, and what of the payload is known.</summary>
/// <param name="vendorEvent">What is translated.</param>
/// <param name="context">What is known beside it.</param>
/// <param name="anyCase">The event's keys are found whatever their case and the blanks around them.</param>
internal sealed class Draft(VendorEvent vendorEvent, TranslationContext context, bool anyCase = false)
{
    private readonly Dictionary<string, Stack<Resource>> _current = new(StringComparer.Ordinal);
    private readonly Dictionary<Resource, Identity> _identities = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Resource, string> _fullUrls = new(ReferenceEqualityComparer.Instance);
    private readonly List<Traced> _traces = [];

    public VendorEvent Event { get; } = vendorEvent;

    public TranslationContext Context { get; } = context;

    public SourceSettings Source => Context.Source;

    public Place Root => new(Event.Body, Event.Pointer, anyCase);

    /// <summary>What of the payload the rules know.</summary>
    public KnownPlaces Places { get; } = new();

    /// <summary>What this must wait for before it may be written; null for nothing.</summary>
    public Held? Held { get; set; }

    /// <summary>Phrases that stand for no content in the items that are being created; null elsewhere.</summary>
    public Absence? Absence { get; set; }

    public List<Problem> Problems { get; } = [];

    /// <summary>Resources that rules made, in order; the frame's own (Composition, DocumentReference) are not among them.</summary>
    public List<Resource> Created { get; } = [];

    public IReadOnlyList<Traced> Traces => _traces;

    public ResourceReference? Subject { get; set; }

    public ResourceReference? Encounter { get; set; }

    public ResourceReference? Document { get; set; }

    /// <summary>Id of the document's version; the event's key where there is no document.</summary>
    public string VersionId { get; set; } = "";

    /// <summary>Position of the item that is being created.</summary>
    public int ItemIndex { get; private set; }

    /// <summary>Where sections go.</summary>
    public List<NoteSection> Sections { get; private set; } = [];

    /// <summary>The section that is being filled; null at the top.</summary>
    public NoteSection? Section { get; private set; }

    public JsonElement? Found(string kind)
    {
        foreach (var (lookup, found) in Context.Found)
        {
            if (lookup.Kind == kind) return found;
        }

        return null;
    }

    public Resource Current(string resourceType) => _current.TryGetValue(resourceType, out var stack) && stack.TryPeek(out var resource)
        ? resource
        : throw new InvalidOperationException($"A rule writes to {resourceType}, but none is being made here.");

    public void Begin(Resource resource)
    {
        if (!_current.TryGetValue(resource.TypeName, out var stack)) _current[resource.TypeName] = stack = new Stack<Resource>();
        stack.Push(resource);
    }

    public Resource Creating(Resource resource, int index, Action rules)
    {
        var (outer, stack) = (ItemIndex, _current);
        Begin(resource);
        ItemIndex = index;
        rules();
        ItemIndex = outer;
        stack[resource.TypeName].Pop();
        Created.Add(resource);
        return resource;
    }

    public void Within(NoteSection section, Action rules)
    {
        var (sections, outer) = (Sections, Section);
        (Sections, Section) = (section.Sections, section);
        rules();
        (Sections, Section) = (sections, outer);
    }

    public void Identify(Resource resource, Identifier identifier)
    {
        _identities[resource] = new Identity(identifier.System!, identifier.Value!);
        _fullUrls.Remove(resource);
    }

    public void IdentifyByEvent(Resource resource)
    {
        resource.Id = IdOf(resource.TypeName).ToString("D");
        _fullUrls.Remove(resource);
    }

    /// <summary>The client id of a resource that the event makes, of a type that has no identifier.</summary>
    public Guid IdOf(string resourceType) => Uuid5.Of(Source.Name, Event.Key, resourceType, $"{ItemIndex}");

    public Identity? IdentityOf(Resource resource) => _identities.GetValueOrDefault(resource);

    /// <summary>The bundle's name for a resource: the same in every translation of the event.</summary>
    public string FullUrl(Resource resource)
    {
        if (resource.Id is { } id) return $"urn:uuid:{id}";
        if (_fullUrls.TryGetValue(resource, out var known)) return known;
        var name = IdentityOf(resource) is { } identity ? $"{identity.System}|{identity.Value}" : $"#{Created.IndexOf(resource)}";
        return _fullUrls[resource] = $"urn:uuid:{Uuid5.Of(Source.Name, Event.Key, resource.TypeName, name)}";
    }

    /// <summary>
    /// A value that can't be read in its place as the vendor documents it. One odd field never stops an event: it is a doubt, and drift.
    /// What a site registered is its own to correct, and stops it.
    /// </summary>
    public void ShapeChanged(Place place, string expected)
    {
        if (Problems.Exists(problem => problem.Code == "structure" && problem.Pointer == place.Pointer)) return;
        var text = $"The payload changed shape: {expected} was expected here, and {Named(place.Value.ValueKind)} came.";
        var isPayload = place.Pointer.Length == 0 || place.Pointer[0] == '/';
        Problems.Add(isPayload ? Problem.Warning("structure", text, place.Pointer) : Problem.Error("structure", text, place.Pointer));
    }

    /// <param name="source">Where in the message the value came from; null for what is always written.</param>
    public void Trace(Resource resource, TargetPath target, string? source, RuleRow rule) => Trace(resource, target.FhirPath, source, rule);

    /// <param name="path">FHIRPath of the element, from the resource.</param>
    public void Trace(Resource resource, string path, string? source, RuleRow rule) => _traces.Add(new Traced(resource, path, source, rule));

    /// <summary>Pointers to all that no rule knows. Values never.</summary>
    public IReadOnlyList<string> Drift()
    {
        var drift = new List<string>();
        Places.AddUnknown(Root, drift);
        if (Event.Pointer.Length > 0 && Event.Message.ValueKind == JsonValueKind.Object)
        {
            // The message around the event, but not its other events: those have their own translations.
            var events = Event.Pointer[..Event.Pointer.LastIndexOf('/')];
            Places.AddUnknown(new Place(Event.Message, ""), drift, except: events);
        }

        return drift;
    }

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "text",
        _ => "a bare value",
    };
}

/// <summary>An element that a rule wrote.</summary>
internal readonly record struct Traced(Resource Resource, string Path, string? Source, RuleRow Rule);
