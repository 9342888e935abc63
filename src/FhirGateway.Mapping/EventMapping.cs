using System.Globalization;
using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Output;
using FhirGateway.Mapping.Rules;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping;

/// <summary>
/// What one kind of event becomes, as a list of rules. The words here say whom it is about and what must be known first; see
/// <see cref="DocumentMapping"/> for clinical notes and <see cref="ResourceMapping"/> for single resources.
/// </summary>
public abstract class EventMapping
{
    private protected EventMapping() => Name = GetType().Name;

    private const string Refuse = "refuse";
    private const string Park = "park";

    private static readonly string[] SubjectOfCorrelation = ["patient", "encounter"];

    private readonly List<(string Kind, string[] Pointers, Policy? Policy)> _lookups = [];
    private readonly List<RuleRow> _frame = [];
    private readonly List<CodeMap> _codeMaps = [];
    private readonly List<CodeMap> _sharedCodeMaps = [];
    private readonly List<string> _patientKinds = [];
    private Func<Draft, ResourceReference?>? _subject;
    private Func<Draft, ResourceReference?> _encounter = _ => null;
    private string[]? _lane;

    /// <summary>The mapping class's name.</summary>
    public string Name { get; }

    /// <summary>The concept maps of its own folder that it uses.</summary>
    public IReadOnlyList<CodeMap> CodeMaps => _codeMaps;

    /// <summary>The concept maps that it shares with other vendors.</summary>
    public IReadOnlyList<CodeMap> SharedCodeMaps => _sharedCodeMaps;

    /// <summary>The kinds of patients' identifiers, beside the site's own, whose system a source may name.</summary>
    public IReadOnlyList<string> PatientKinds => _patientKinds;

    /// <summary>The decisions that it leaves to the site.</summary>
    public IEnumerable<Policy> Policies => _lookups.Select(lookup => lookup.Policy).OfType<Policy>();

    /// <summary>
    /// The members that a correlation of the site may have, <c>patient</c> first, which it must have; empty where no correlation is needed.
    /// </summary>
    public IReadOnlyList<string> CorrelationMembers => _lookups.Exists(lookup => lookup.Policy is null)
        ? [.. SubjectOfCorrelation.Concat(Rows.Select(row => row.Source).Where(IsCorrelated).Select(MemberOf)).Distinct()]
        : [];

    /// <summary>Who asserted what it writes: security labels.</summary>
    public IReadOnlyList<Concept> Labels { get; private set; } = [];

    /// <summary>All rules as lines of the mapping's table; sources are pointers into the event.</summary>
    public IEnumerable<RuleRow> Rows => _frame.Concat(RuleRows);

    /// <summary>What kind of documents it writes.</summary>
    public Concept? Category { get; private set; }

    /// <summary>What it writes is the vendor's own word, by no AI.</summary>
    internal bool IsWrittenByVendor { get; private set; }

    internal bool IsByAi => Labels.Contains(Asserted.ByAi);

    internal bool IsToldByPatient => Labels.Contains(Asserted.ByPatient);

    private protected abstract IEnumerable<RuleRow> RuleRows { get; }

    internal virtual Intent IntentOf(
        VendorEvent e, SourceSettings source, DateTimeOffset receivedAt, IReadOnlyDictionary<Lookup, JsonElement> found) =>
        new(LaneOf(e), LookupsOf(e, source, found), null, SubjectOf(e, source, found));

    /// <summary>What must be found: what the mapping names, then the patient and the encounter that this leads to.</summary>
    internal IReadOnlyList<Lookup> LookupsOf(VendorEvent e, SourceSettings source, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        var lookups = _lookups.Select(lookup => LookupOf(lookup, e, source)).OfType<Lookup>().ToList();
        if (!lookups.TrueForAll(found.ContainsKey)) return lookups;
        var draft = new Draft(e, new TranslationContext(source, new MessageFacts("", default), found, null, IsLate: false));

        // A patient named by the id on the destination is known: nothing need be asked.
        if (_subject?.Invoke(draft) is { } subject && SiteReferences.LookupOf(subject) is { Identity: not null } patient)
            lookups.Add(patient);
        if (_encounter(draft) is { } of && SiteReferences.LookupOf(of) is { } encounter) lookups.Add(encounter);
        return lookups;
    }

    /// <summary>Whom the event is about; null while that is not known.</summary>
    private protected Subject? SubjectOf(VendorEvent e, SourceSettings source, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        var draft = new Draft(e, new TranslationContext(source, new MessageFacts("", default), found, null, IsLate: false));
        if (_subject?.Invoke(draft)?.Reference is not { } reference) return null;
        var patient = draft.Found("Patient") is { } known && JsonPointer.FindText(known, "/id") is { } id ? $"Patient/{id}" : null;
        var isLiteral = !reference.Contains('?', StringComparison.Ordinal);
        return new Subject(Uri.UnescapeDataString(reference), patient ?? (isLiteral ? reference : null));
    }

    internal abstract Translation Translate(VendorDefinition vendor, VendorEvent e, TranslationContext context);

    /// <summary>What kind of documents it writes: the category of each, beside those that a source adds.</summary>
    protected void Categorised(Concept category) => Category = category;

    /// <summary>What it writes is the vendor's own word: its Device is the author.</summary>
    protected void WrittenByVendor() => IsWrittenByVendor = true;

    /// <summary>Labels all that is written: an AI's word, a patient's word, or both.</summary>
    protected void WrittenBy(params Concept[] asserted) => Labels = asserted;

    /// <summary>A concept map of the vendor's folder: <c>conceptmaps/{id}.json</c>.</summary>
    /// <exception cref="MappingException">The folder has no such map, or it can't be read as one.</exception>
    protected CodeMap Codes(string id)
    {
        var map = CodeMapOf(VendorFolder.Of(GetType()), nameof(Codes), id);
        _codeMaps.Add(map);
        return map;
    }

    /// <summary>A concept map that vendors share: <c>Shared/conceptmaps/{id}.json</c> beside their folders.</summary>
    /// <exception cref="MappingException">There is no such map, or it can't be read as one.</exception>
    protected CodeMap SharedCodes(string id)
    {
        var map = CodeMapOf(VendorFolder.SharedBeside(GetType()), nameof(SharedCodes), id);
        _sharedCodeMaps.Add(map);
        return map;
    }

    /// <summary>The patient's identifier in the site's system.</summary>
    protected void SubjectIs(string pointer)
    {
        _subject = draft => Known(draft, pointer) is { } id ? SiteReferences.Conditional("Patient", id, draft.Source) : null;
        _frame.Add(new RuleRow(pointer, "→", EveryResource("subject"), "conditional reference to Patient", null));
    }

    /// <summary>
    /// The patient's identifier in the site's system; where the message has none, one in another system that the site names, in this order;
    /// else the vendor's own, in a system of its own.
    /// </summary>
    /// <param name="others">
    /// Pointers to a text, or to an array of one text, each with its kind of system: looked at where the source names that system.
    /// </param>
    protected void SubjectIs(string pointer, string otherwise, string otherwiseKind, params (string Pointer, string Kind)[] others)
    {
        _patientKinds.AddRange([otherwiseKind, .. others.Select(other => other.Kind)]);
        _subject = draft =>
        {
            if (Known(draft, pointer) is { } id) return SiteReferences.Conditional("Patient", id, draft.Source);
            foreach (var (place, kind) in others.Where(other => draft.Source.Systems.ContainsKey(other.Kind)))
            {
                if (OnlyText(draft, place) is { } other) return SiteReferences.Conditional("Patient", other, draft.Source, kind);
            }

            return Known(draft, otherwise) is { } vendorId
                ? SiteReferences.Conditional("Patient", vendorId, draft.Source, otherwiseKind)
                : null;
        };
        _frame.Add(new RuleRow(pointer, "→", EveryResource("subject"), "conditional reference to Patient", null));
        _frame.AddRange(others.Select(other => new RuleRow(
            other.Pointer, "→", EveryResource("subject"), $"conditional reference to Patient, system of {other.Kind}, where it holds "
                + "one id",
            $"only where {pointer} is missing and the source names that system")));
        _frame.Add(new RuleRow(
            otherwise, "→", EveryResource("subject"), $"conditional reference to Patient, system of {otherwiseKind}",
            $"only where {pointer} is missing"));
    }

    /// <summary>The patient of an appointment that the destination knows: found before translating, never guessed.</summary>
    protected void SubjectOfAppointment(string pointer, string policy, string otherwise, string because)
    {
        _lookups.Add(("Appointment", [pointer], new Policy(policy, [Refuse, Park], otherwise)));
        _subject = draft => Appointments.PatientOf(draft, Known(draft, pointer) ?? "");
        _frame.Add(new RuleRow(
            pointer, "finds", EveryResource("subject"), $"the appointment's patient; policy {policy}, else {otherwise}", because));
    }

    /// <summary>
    /// What the site registered under one of these keys must be known first: <c>patient</c>, <c>encounter</c>, <c>practitioner</c>… as
    /// FHIR references or identifiers.
    /// </summary>
    protected void NeedsCorrelation(params string[] keyPointers)
    {
        _lookups.Add(("Correlation", keyPointers, null));
        _subject = draft => Correlated(draft.Context.Found, "/patient") is { } id
            ? SiteReferences.LiteralOrConditional("Patient", id, draft.Source)
            : new ResourceReference { Type = "Patient", Display = "Patient of a request that is not correlated" };
        _encounter = draft => Correlated(draft.Context.Found, "/encounter") is { } id
            ? SiteReferences.LiteralOrConditional("Encounter", id, draft.Source)
            : null;
        _frame.AddRange(keyPointers.Select(pointer => new RuleRow(
            pointer, "finds", [EveryResource("subject"), EveryResource("encounter")], "what the site registered under this key", null)));
    }

    /// <summary>The encounter's identifier in the site's system.</summary>
    protected void EncounterIs(string pointer)
    {
        _encounter = draft => Known(draft, pointer) is { } id ? SiteReferences.Conditional("Encounter", id, draft.Source) : null;
        _frame.Add(new RuleRow(pointer, "→", EveryResource("encounter"), "conditional reference to Encounter", null));
    }

    /// <summary>Events with the same values here go out in order; unsaid, those of one document.</summary>
    protected void InOrderPer(params string[] pointers) => _lane = pointers;

    /// <summary>What the mapping's own words write, as lines of its table.</summary>
    private protected IReadOnlyList<RuleRow> Frame => _frame;

    private protected void Describe(RuleRow row) => _frame.Add(row);

    private protected static TargetPath EveryResource(string path) => new("*", path);

    /// <summary>Why a word of the mapping is refused: one sentence.</summary>
    private protected MappingException Refused(string word, string why) => new RuleName(Name, word).Refused(why);

    private protected string LaneOf(VendorEvent e) =>
        _lane is null ? e.Key : string.Join('|', _lane.Select(pointer => Text(e.Body, pointer) ?? ""));

    private protected bool HasLane => _lane is not null;

    private protected void Introduce(Draft draft)
    {
        foreach (var pointer in _lookups.SelectMany(lookup => lookup.Pointers)) Known(draft, pointer);
        draft.Encounter = _encounter(draft);
        if (draft.Context.IsOfAnotherEncounter)
        {
            draft.Encounter = null;
            draft.Problems.Add(new Problem(
                ProblemSeverity.Information,
                "informational",
                "Its encounter belongs to another patient on the destination, and is not referred to.",
                draft.Event.Pointer));
        }

        if (_subject is null) return;
        draft.Subject = _subject(draft);
        if (draft is { Subject: null, Problems.Count: 0 })
        {
            draft.Problems.Add(Problem.Error("required", "The event does not say whom it is about.", draft.Event.Pointer));
        }
    }

    /// <summary>Who made what is written, and says so in it, for all messages of a source.</summary>
    private protected Makers AddMakers(BundleAssembly bundle, VendorDefinition vendor, TranslationContext context) =>
        new(bundle.CreateOnce(Devices.Of(vendor, IsByAi)), bundle.CreateOnce(Devices.Gateway(context.Build)), IsByAi);

    /// <summary>Says who made what the bundle writes, and from what; and ends what it takes the place of.</summary>
    private protected void Conclude(
        BundleAssembly bundle,
        Draft draft,
        VendorDefinition vendor,
        Makers makers,
        IReadOnlyList<(OwnedResource Resource, Parameters Patch)> ending)
    {
        var provenance = Provenances.Of(bundle, draft, vendor, makers, IsToldByPatient, ending.Select(each => each.Resource));
        Origin.Mark(provenance, vendor, draft.Context);
        OwnProfiles.State(provenance, OwnProfiles.Provenance);
        bundle.PutById(provenance, draft.IdOf("Provenance", draft.VersionId));
        foreach (var (resource, patch) in ending) bundle.Patch(resource, patch);
    }

    /// <summary>Says of a resource where it comes from, who asserted it, what kind of document it is, and what may be relied on.</summary>
    private protected void Mark(Resource resource, VendorDefinition vendor, TranslationContext context)
    {
        Origin.Mark(resource, vendor, context);
        resource.Meta!.Security.AddRange(Labels.Select(label => new Coding(label.System, label.Code, label.Text)));
        if (OwnProfiles.Of(resource, this) is { } profile) OwnProfiles.State(resource, profile);
        if (resource is not DocumentReference document) return;
        foreach (var category in context.Source.Categories.Prepend(Category).OfType<Concept>().Distinct())
            document.Category.Add(category.ToCodeableConcept());
    }

    /// <summary>Nothing of it may be written, or not yet.</summary>
    private protected static bool IsStopped(Draft draft) =>
        draft.Held is not null || draft.Problems.Exists(p => p.Severity == ProblemSeverity.Error);

    private protected static Translation Finish(Draft draft, BundleAssembly bundle, IReadOnlyList<OwnedResource> owned)
    {
        var failed = IsStopped(draft);
        var lineage = new List<LineageEntry>(failed ? 0 : draft.Traces.Count);
        foreach (var trace in failed ? [] : draft.Traces)
        {
            if (bundle.EntryOf(trace.Resource) is { } entry) lineage.Add(new LineageEntry(entry, trace.Path, trace.Source, trace.Rule));
        }

        return new Translation(failed ? null : bundle.Bundle, draft.Problems, draft.Drift(), lineage, failed ? [] : owned)
        {
            Held = draft.Held,
        };
    }

    private protected static Moment Receipt(DateTimeOffset receivedAt)
    {
        var text = receivedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new Moment(text, receivedAt);
    }

    /// <summary>A doubt where a sender's time is further ahead of receipt than its clock may be wrong: it orders nothing then.</summary>
    private protected static void DoubtIfAhead(Draft draft, Moment? moment, string pointer)
    {
        var tolerance = draft.Source.ClockTolerance;
        if (moment is null || !VersionOrder.IsAhead(moment, draft.Context.Message.ReceivedAt, tolerance)) return;
        draft.Problems.Add(Problem.Warning(
            "value",
            $"The time is more than {tolerance.TotalMinutes:0.#} minutes ahead of receipt: the time of receipt orders versions instead.",
            pointer));
    }

    /// <summary>A value's text, which is then known.</summary>
    private protected static string? Known(Draft draft, string pointer)
    {
        if (draft.Root.At(pointer) is not { } place) return null;
        if (place.Scalar is not null) draft.Places.Know(place);
        return Text(draft.Event.Body, pointer);
    }

    private protected static string? Text(JsonElement body, string pointer) =>
        JsonPointer.Find(body, pointer) is { } found && new Place(found, "").Scalar is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : null;

    /// <summary>A part of what all versions of a document share; null when it is missing.</summary>
    private protected static string? ValueOf(SetPart part, VendorEvent e, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        if (part.IsCorrelated) return Correlated(found, part.Pointer);
        if (!part.IsHashed) return Text(e.Body, part.Pointer);
        return JsonPointer.Find(e.Body, part.Pointer) is { } json && !Readable.IsBlank(json) ? CanonicalJson.Hash(json)[..32] : null;
    }

    // Of several ids none is more the patient's than another.
    private static string? OnlyText(Draft draft, string pointer) =>
        Known(draft, pointer)
            ?? (draft.Root.At(pointer)?.Items().ToList() is [var only] ? Known(draft, only.Pointer[draft.Event.Pointer.Length..]) : null);

    private protected static string? Correlated(IReadOnlyDictionary<Lookup, JsonElement> found, string pointer) =>
        found.Where(each => each.Key is CorrelationLookup).Select(each => Text(each.Value, pointer)).FirstOrDefault();

    private CodeMap CodeMapOf(VendorFolder folder, string word, string id)
    {
        var maps = folder.CodeMaps;
        if (!maps.Contains(id))
            throw Refused($"{word}(\"{id}\")", $"the folder's conceptmaps are {(maps.Count == 0 ? "none" : string.Join(", ", maps))}");
        try
        {
            return folder.CodeMap(id);
        }
        catch (Exception wrong) when (wrong is MappingException or JsonException)
        {
            throw Refused($"{word}(\"{id}\")", $"its map can't be read: {wrong.Message.TrimEnd('.')}");
        }
    }

    private static bool IsCorrelated(string source) => source.StartsWith("Correlation:/", StringComparison.Ordinal);

    private static string MemberOf(string source) => JsonPointer.Unescape(source["Correlation:/".Length..].Split('/')[0]);

    private static Lookup? LookupOf((string Kind, string[] Pointers, Policy? Policy) lookup, VendorEvent e, SourceSettings source)
    {
        if (lookup.Pointers.Select(pointer => Text(e.Body, pointer)).FirstOrDefault(text => text is not null) is not { } key) return null;
        return lookup.Policy is not { } policy
            ? new CorrelationLookup(Uuids.InOneSpelling(key))
            : new ResourceLookup(lookup.Kind, source.SystemOf(lookup.Kind), key, source.PolicyOf(policy.Name, policy.Default) == Refuse);
    }
}
