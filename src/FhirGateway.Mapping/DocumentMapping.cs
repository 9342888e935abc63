using System.Linq.Expressions;
using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Output;
using FhirGateway.Mapping.Rules;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping;

/// <summary>
/// A note → a Composition of its sections and a DocumentReference of its text, with the devices that made it and the Provenance that
/// says so. The mapping's own words say which document it is, what is in it, and what the sections mean.
/// </summary>
public abstract class DocumentMapping : EventMapping
{
    private readonly Absence _absence = new();
    private SectionSet _rules;
    private (string Pointer, TimeSpan? AssumedZone)? _dated;
    private SetPart[] _set = [];
    private Func<VendorEvent, SourceSettings, string>? _version;
    private string[] _versionPointers = [];
    private bool _orderedByDate;
    private bool _keysInAnyCase;

    protected DocumentMapping()
    {
        _rules = new SectionSet(Name, _absence, null);
        Categorised(DocumentCategory.ClinicalNote);
    }

    /// <summary>What the vendor's phrases mean.</summary>
    public IReadOnlyCollection<AbsenceRule> Absences => _absence.Rules;

    /// <summary>Phrases that are answers and name nothing that could be listed.</summary>
    public IReadOnlyCollection<string> Negations => _absence.Negations;

    /// <summary>Whether the payload's keys are found whatever their case and the blanks around them.</summary>
    public bool TakesKeysInAnyCase => _keysInAnyCase;

    private protected override IEnumerable<RuleRow> RuleRows => _rules.Rows("");

    /// <summary>A phrase that stands for content that is not there.</summary>
    protected PhraseWords Phrase(string phrase) => new(Name, _absence, phrase);

    /// <summary>
    /// Phrases that are answers and name nothing: an item of a list that says only that stays words, and makes no resource. In an item they
    /// fill no element, nor do phrases that mean absence.
    /// </summary>
    /// <exception cref="MappingException">A phrase is listed twice.</exception>
    protected void NamesNothing(params string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (!_absence.TryAddNegation(phrase)) throw Refused($"NamesNothing(\"{phrase}\")", "the phrase is listed already");
        }
    }

    /// <summary>
    /// The payload's keys are found whatever their case and the blanks around them: where the vendor's page has no two keys that differ
    /// in that only.
    /// </summary>
    protected void KeysInAnyCase() => _keysInAnyCase = true;

    /// <summary>How section keys are coded and called; said before any section.</summary>
    /// <param name="keys">The vendor's own keys, as the name of a code system: each section keeps its key there.</param>
    /// <param name="codes">The vendor's own first: the first that lists a key counts, also where it says that the key has no code.</param>
    /// <exception cref="MappingException">A rule was made before.</exception>
    protected void SectionsCodedBy(string keys, params IReadOnlyList<CodeMap> codes) => _rules = _rules.Rules.Count == 0
        ? new SectionSet(Name, _absence, new SectionCodes(GatewayUris.CodeSystem(keys), new HeadingMap(codes)))
        : throw Refused("SectionsCodedBy", "it must come before the first rule");

    /// <summary>What all versions of one document share.</summary>
    protected void OneDocumentPer(params SetPart[] parts)
    {
        _set = parts;
        foreach (var part in parts.Where(p => !p.IsCorrelated))
            Describe(new RuleRow(
                part.Pointer, "→", [new("Composition", "identifier"), new("DocumentReference", "identifier")],
                "part of what all versions share", null));
    }

    /// <summary>The vendor's own UUID of this version.</summary>
    protected void VersionIs(string pointer)
    {
        _versionPointers = [pointer];
        _version = (e, _) => Uuids.Find(Text(e.Body, pointer)?.Trim()) ?? Uuid5.Of(e.Key).ToString("D");
        Describe(new RuleRow(pointer, "→", VersionTargets, "UUID as URI", "names the version, not the document"));
    }

    /// <summary>A version named by what it holds, for vendors that give it no id: UUIDv5 of these, and of the source.</summary>
    protected void VersionOf(params KeyPart[] parts)
    {
        _versionPointers = [.. parts.Where(part => part is { Hashed: false, InMessage: false }).Select(part => part.Pointer)];
        _version = (e, source) => Uuid5.Of(source.Name, KeyPart.JoinAsSent(parts, e.Body, e.Message)).ToString("D");
        foreach (var part in parts)
            Describe(new RuleRow(
                part.Pointer, "→", VersionTargets, part.Hashed ? "part of the version's UUIDv5, as a hash" : "part of the version's UUIDv5",
                null));
    }

    /// <summary>When the vendor made it; a later one is a later version. Unsaid, the time of receipt is both.</summary>
    protected void Dated(string pointer, TimeSpan? assumedZone = null, bool ordersVersions = true)
    {
        (_dated, _orderedByDate) = ((pointer, assumedZone), ordersVersions);
        Describe(new RuleRow(
            pointer, "→",
            [new("Composition", "date"), new("DocumentReference", "date"), new("DocumentReference", "content.attachment.creation")],
            "instant", ordersVersions ? "a later one is a later version" : null));
    }

    /// <inheritdoc cref="RuleSet.Field"/>
    protected FieldRule Field(params string[] keys) => _rules.Field(keys);

    /// <inheritdoc cref="RuleSet.Always{TResource, TEnum}"/>
    protected AlwaysRule Always<TResource, TEnum>(Expression<Func<TResource, TEnum?>> target, TEnum code)
        where TResource : Resource
        where TEnum : struct, Enum => _rules.Always(target, code);

    /// <inheritdoc cref="RuleSet.Always{TResource}(Expression{Func{TResource, string}}, string)"/>
    protected AlwaysRule Always<TResource>(Expression<Func<TResource, string?>> target, string value)
        where TResource : Resource => _rules.Always(target, value);

    /// <inheritdoc cref="RuleSet.Always{TResource}(Expression{Func{TResource, CodeableConcept}}, Concept)"/>
    protected AlwaysRule Always<TResource>(Expression<Func<TResource, CodeableConcept?>> target, Concept concept)
        where TResource : Resource => _rules.Always(target, concept);

    /// <summary>A field that is known and deliberately mapped to nothing.</summary>
    protected void Ignore(string key, string because) => _rules.Ignore(key, because);

    /// <summary>Rules, and sections, for what lies below a key.</summary>
    protected void In(string key, Action<SectionSet> rules) => _rules.In(key, rules);

    /// <summary>Rules for what a lookup found, such as "Correlation".</summary>
    protected void InFound(string kind, Action<RuleSet> rules) => _rules.InFound(kind, rules);

    internal override Intent IntentOf(
        VendorEvent e, SourceSettings source, DateTimeOffset receivedAt, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        var version = VersionOf(e, source, receivedAt, found);
        return new Intent(HasLane ? LaneOf(e) : version.SetKey, LookupsOf(e, source, found), version, SubjectOf(e, source, found));
    }

    internal override Translation Translate(VendorDefinition vendor, VendorEvent e, TranslationContext context)
    {
        var draft = new Draft(e, context, _keysInAnyCase);
        var version = VersionOf(e, context.Source, context.Message.ReceivedAt, context.Found);
        draft.VersionId = version.VersionId;
        draft.Places.Know(draft.Root);
        foreach (var pointer in _versionPointers.Concat(_set.Where(part => !part.IsCorrelated).Select(part => part.Pointer)))
        {
            Known(draft, pointer);
        }

        if (_dated is { } dated)
        {
            Known(draft, dated.Pointer);
            if (_orderedByDate) DoubtIfAhead(draft, DateOf(e, context.Message.ReceivedAt), e.Pointer + dated.Pointer);
        }

        var note = new Note(draft, version);
        Introduce(draft);
        note.Begin();
        note.Date(DateOf(e, context.Message.ReceivedAt));
        _rules.Apply(draft, draft.Root);
        SectionText.KeepUnknown(draft, _absence);
        SectionText.CompleteEmpty(draft.Sections, _absence);
        note.Check();
        var bundle = new BundleAssembly(draft);
        if (IsStopped(draft)) return Finish(draft, bundle, []);

        var makers = AddMakers(bundle, vendor, context);
        var owned = note.Write(bundle, makers.Author, Custodians.Of(bundle, context.Source), made => Mark(made, vendor, context));
        note.TraceFrame(Frame);
        Conclude(bundle, draft, vendor, makers, note.Ending(owned));
        return Finish(draft, bundle, owned) with { Composition = note.Written };
    }

    private static IReadOnlyList<TargetPath> VersionTargets { get; } = [
        new("DocumentReference", "masterIdentifier"), new("Bundle", "identifier")];

    private DocumentVersion VersionOf(
        VendorEvent e, SourceSettings source, DateTimeOffset receivedAt, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        var id = _version?.Invoke(e, source) ?? Uuid5.Of(source.Name, e.Key).ToString("D");
        var order = VersionOrder.Of(_orderedByDate ? DateOf(e, receivedAt) : Receipt(receivedAt), receivedAt, source.ClockTolerance);

        // What it is a version of is not known: it stands alone, and replaces nothing.
        if (SetPart.KeyOf(_set, part => ValueOf(part, e, found)) is not var (set, former))
        {
            return new DocumentVersion($"version:{id}", id, order);
        }

        return new DocumentVersion(set, id, order) { FormerSetKeys = former };
    }

    private Moment DateOf(VendorEvent e, DateTimeOffset receivedAt) =>
        _dated is { } dated && Text(e.Body, dated.Pointer) is { } text && Moment.TryParse(text, dated.AssumedZone, out var moment)
            ? moment
            : Receipt(receivedAt);
}
