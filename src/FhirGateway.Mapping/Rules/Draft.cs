using System.Security.Cryptography;
using System.Text;
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
    private readonly Dictionary<Resource, OwnedResource> _updates = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Resource, string> _fullUrls = new(ReferenceEqualityComparer.Instance);
    private readonly List<Traced> _traces = [];

    private const int LongestKey = 128;

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

    /// <summary>
    /// Gives a resource the identifier by which it is written, beside any that others gave it: in a system of the gateway and the source,
    /// so that the write finds nobody else's resource.
    /// </summary>
    public void Identify(Resource resource, Identity identity)
    {
        var identifier = new Identifier(identity.System, identity.Value);
        if (resource is IIdentifiable<List<Identifier>> many) many.Identifier.Add(identifier);
        else if (resource is IIdentifiable<Identifier> one) one.Identifier = identifier;
        _identities[resource] = identity;
        _fullUrls.Remove(resource);
    }

    /// <summary>The identity of a resource that only this source's messages write, and only for this subject.</summary>
    /// <param name="key">What tells it from the source's other resources of its type.</param>
    /// <param name="chart">As <see cref="TranslationContext.Chart"/>.</param>
    public Identity OwnIdentity(string resourceType, string key, string? chart) =>
        new(Source.OwnSystemOf(resourceType), $"{Bounded(key)}:subject:{MarkOf(chart)}");

    // Servers index the first 200 characters of an identifier or so: what comes after them would not tell two patients apart.
    private static string Bounded(string key) =>
        key.Length <= LongestKey ? key : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    private string MarkOf(string? chart) =>
        Mapping.Subject.Mark(Uri.UnescapeDataString(Subject?.Reference ?? Subject?.Display ?? ""), chart);

    /// <summary>Identifies a resource that is updated whenever the vendor tells of it again, by what the vendor calls it.</summary>
    public void IdentifyUpdate(Resource resource, Identity given)
    {
        var former = new OwnedResource(resource.TypeName, Source.WithoutBase(given.System), given.Value);
        var recorded = Context.Updates?.GetValueOrDefault(SetKeyOf(former));
        _updates[resource] = former;
        Identify(resource, recorded?.Resource is { Id: null } known
            ? known.Identity
            : OwnIdentity(resource.TypeName, given.Value, recorded?.Chart));
    }

    /// <summary>What the vendor calls a resource that is updated; null for any other.</summary>
    public OwnedResource? UpdateOf(Resource resource) => _updates.GetValueOrDefault(resource);

    /// <summary>The name of such a resource in the ledger, whomever it is about.</summary>
    public static string SetKeyOf(OwnedResource former) => $"{former.ResourceType}|{former.System}|{former.Value}";

    public void IdentifyByEvent(Resource resource)
    {
        resource.Id = IdOf(resource.TypeName).ToString("D");
        _fullUrls.Remove(resource);
    }

    /// <summary>The client id of a resource that the event makes, of a type that has no identifier.</summary>
    public Guid IdOf(string resourceType) => IdOf(resourceType, $"{ItemIndex}");

    /// <summary>A client id for something that the event makes for this subject.</summary>
    public Guid IdOf(string resourceType, string key) => Uuid5.Of(Source.Name, Event.Key, resourceType, key, MarkOf(Context.Chart));

    public Identity? IdentityOf(Resource resource) => _identities.GetValueOrDefault(resource);

    /// <summary>The bundle's name for a resource: the same in every translation of the event.</summary>
    public string FullUrl(Resource resource)
    {
        if (_fullUrls.TryGetValue(resource, out var known)) return known;
        if (resource.Id is { } id) return $"urn:uuid:{id}";
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
    public void Trace(Resource resource, string path, string? source, RuleRow rule) =>
        _traces.Add(new Traced(resource, path, source, rule));

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
