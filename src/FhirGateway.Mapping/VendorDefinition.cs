using System.Text.Json;
using FhirGateway.Mapping.Checking;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mapping;

/// <summary>
/// All that is known of a vendor, declared in its folder: how it proves who it is, what its messages hold, what it is answered,
/// and which mapping translates which event. The program finds definitions by scanning one assembly.
/// </summary>
public abstract class VendorDefinition
{
    /// <summary>
    /// The most events that one message may tell, where the vendor's page gives no number: each owes a delivery of its own.
    /// </summary>
    public const int UsualMaxEvents = 1000;

    /// <summary>The most items in any other list of a message, where the vendor's page gives no number.</summary>
    public const int UsualMaxItems = 10_000;

    private readonly Dictionary<Verdict, AnswerTemplate> _answers = new()
    {
        [Verdict.Stored] = new(200, null),
        [Verdict.Unproven] = new(401, "{{outcome}}"),
        [Verdict.Malformed] = new(400, "{{outcome}}"),
        [Verdict.Invalid] = new(422, "{{outcome}}"),
        [Verdict.TooLarge] = new(413, "{{outcome}}"),
        [Verdict.UnknownCoding] = new(415, "{{outcome}}"),
        [Verdict.TooSlow] = new(408, "{{outcome}}"),
        [Verdict.TooMany] = new(429, "{{outcome}}"),
        [Verdict.Busy] = new(503, "{{outcome}}"),
        [Verdict.Failed] = new(500, "{{outcome}}"),
    };

    private readonly List<EventRule> _events = [];
    private KeyPart[]? _identity;
    private string[] _ownKinds = [];
    private bool _toleratesDuplicateKeys;

    /// <param name="name">The vendor's kebab-name.</param>
    /// <param name="title">Its name for people, such as its AI device's name.</param>
    protected VendorDefinition(string name, string title) => (Name, Title) = (name, title);

    /// <summary>The vendor's kebab-name, also on the command line.</summary>
    public string Name { get; }

    /// <summary>Its name for people.</summary>
    public string Title { get; }

    /// <summary>Who makes its product, where that is not the product's own name; null where nobody is known.</summary>
    public string? Manufacturer { get; private set; }

    /// <summary>The longest body that is read.</summary>
    public int MaxBodyBytes { get; private set; } = 1024 * 1024;

    /// <summary>The most items that an array, and the most keys that an object, of a message may have.</summary>
    public int MaxItems { get; private set; } = UsualMaxItems;

    /// <summary>The most events that a message may hold, where it is an array of them; null where it is an object.</summary>
    public int? MaxElements { get; private set; }

    /// <summary>The problem of a body that is longer than <see cref="MaxBodyBytes"/>.</summary>
    public Problem BodyTooLong => Problem.Error(StrictJson.TooLong, $"The body is longer than {MaxBodyBytes} bytes.");

    /// <summary>How a sender proves who it is; see <see cref="ProofsNeeded"/>.</summary>
    public IReadOnlyList<ProofScheme> Proofs { get; private set; } = [];

    /// <summary>Whether every one of <see cref="Proofs"/> is needed, or any.</summary>
    public ProofsNeeded ProofsNeeded { get; private set; }

    /// <summary>The kinds of events, in the order in which they are tried.</summary>
    public IReadOnlyList<EventRule> Events => _events;

    /// <summary>The decisions that it leaves to the site.</summary>
    public IReadOnlyList<Policy> Policies =>
        [.. _events.SelectMany(rule => rule.Mapping?.Policies ?? []).DistinctBy(policy => policy.Name)];

    /// <summary>The kinds of things whose identifier system a source may name.</summary>
    public IReadOnlyList<string> SystemKinds =>
        [.. SourceSettings.SiteKinds.Concat(_events.SelectMany(rule => rule.Mapping?.PatientKinds ?? [])).Concat(_ownKinds).Distinct()];

    /// <summary>
    /// The members of the correlations that a site registers for its sources, <c>patient</c> first; empty where it needs none.
    /// </summary>
    public IReadOnlyList<string> CorrelationMembers =>
        [.. _events.SelectMany(rule => rule.Mapping?.CorrelationMembers ?? []).Distinct()];

    /// <summary>Its example messages, from <c>samples/</c> in its folder.</summary>
    public IReadOnlyList<Sample> Samples => VendorFolder.Of(this).Samples(DemoSample);

    /// <summary>Name of the sample that a demonstration sends.</summary>
    protected string? DemoSample { get; set; }

    /// <summary>
    /// Reads an authenticated body: JSON, then shape, then rules, then events. Never throws for anything a sender may send.
    /// </summary>
    public Reading Read(ReadOnlyMemory<byte> body, SourceSettings source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (body.Length > MaxBodyBytes) return Refused(Verdict.TooLarge, default, BodyTooLong);
        if (StrictJson.Read(body, _toleratesDuplicateKeys, MaxItems, out var root) is { } unreadable)
            return Refused(unreadable.Code == StrictJson.TooLong ? Verdict.Invalid : Verdict.Malformed, default, unreadable);
        var expected = MaxElements is not null ? JsonValueKind.Array : JsonValueKind.Object;
        if (root.ValueKind != expected)
            return Refused(
                Verdict.Malformed, root,
                Problem.Error("structure", $"The body must be a JSON {(MaxElements is null ? "object" : "array")}.", ""));
        if (MaxElements is { } most && root.GetArrayLength() > most)
        {
            // The body itself has no name: the first event too many has one.
            return Refused(Verdict.Invalid, root, EventRule.TooMany(root, JsonPointer.Append("", most), most));
        }


        var failures = new List<EnvelopeFailure>();
        var events = new List<VendorEvent>();
        var isRefused = false;
        foreach (var (element, pointer) in Elements(root))
        {
            var (told, broken) = EventsOf(element, pointer, root);
            failures.AddRange(broken);
            events.AddRange(told);
            isRefused |= told.Count == 0 && broken.Count > 0;
        }

        // A vendor may discard what it was refused: sound events are taken whatever stands beside them.
        if (failures.Count > 0 && (isRefused || events.TrueForAll(e => e.Problems.Count > 0)))
        {
            var verdict = failures.Exists(f => f.Verdict == Verdict.Malformed) ? Verdict.Malformed : Verdict.Invalid;
            return new Reading(verdict, [.. failures.Select(f => f.Problem)], null, [], root);
        }

        return new Reading(Verdict.Stored, [], IdentityOf(root, events), [.. events.SelectMany(PartsOf)], root);
    }

    /// <summary>What the vendor is answered, as its page documents it.</summary>
    /// <param name="reading">The message as read; null when it was not.</param>
    /// <param name="problems">What the answer may tell.</param>
    /// <param name="sign">A text signed with the secret that proved the call; null where there is none.</param>
    public Answer AnswerTo(Verdict verdict, Reading? reading, IReadOnlyList<Problem> problems, Func<string, string?>? sign = null)
    {
        var message = reading?.Body ?? default;
        var special = verdict == Verdict.Stored && reading is { Events: [var first, ..] }
            ? _events.Find(e => e.Type == first.Type)?.Answer
            : null;
        return (special ?? _answers[verdict]).Fill(message, problems, sign);
    }

    /// <summary>The answer to a verdict as declared: status, and body with its gaps.</summary>
    public (int Status, string? Body) AnswerInWords(Verdict verdict) => (_answers[verdict].Status, _answers[verdict].Body);

    /// <summary>What must be fetched from elsewhere before an event is translated.</summary>
    /// <param name="found">What was fetched so far; null for nothing. It may lead to more: a correlation names a patient.</param>
    public IReadOnlyList<Lookup> LookupsOf(VendorEvent e, SourceSettings source, IReadOnlyDictionary<Lookup, JsonElement>? found = null) =>
        MappingOf(e).LookupsOf(e, source, found ?? new Dictionary<Lookup, JsonElement>());

    /// <summary>What is to become of an event. Pure, as <see cref="Translate"/>.</summary>
    /// <param name="receivedAt">When its message came in.</param>
    /// <param name="found">
    /// What its lookups were answered; null or empty at receipt. Which document an event belongs to may only be known from a correlation:
    /// its
    /// lane and version change once that is found.
    /// </param>
    public Intent IntentOf(
        VendorEvent e, SourceSettings source, DateTimeOffset receivedAt, IReadOnlyDictionary<Lookup, JsonElement>? found = null) =>
        MappingOf(e).IntentOf(e, source, receivedAt, found ?? new Dictionary<Lookup, JsonElement>());

    /// <summary>An event as a transaction bundle. Pure: the same event and context always make the same.</summary>
    public Translation Translate(VendorEvent e, TranslationContext context) => MappingOf(e).Translate(this, e, context);

    /// <summary>Who makes the vendor's product.</summary>
    protected void MadeBy(string manufacturer) => Manufacturer = manufacturer;

    /// <summary>The longest body, in kilobytes of 1,024 bytes, and the most items that any list in it may have.</summary>
    protected void ReceivesUpTo(int kilobytes, int itemsInAList = UsualMaxItems) =>
        (MaxBodyBytes, MaxItems) = (kilobytes * 1024, itemsInAList);

    /// <summary>
    /// Kinds of the vendor's own things whose identifier system a source may name, beside <see cref="SourceSettings.SiteKinds"/>.
    /// </summary>
    protected void SiteMayNameSystemsOf(params string[] kinds) => _ownKinds = kinds;

    /// <summary>A message is an array, each item an event by itself.</summary>
    protected void ReceivesArrays(int atMost = UsualMaxEvents) => MaxElements = atMost;

    /// <summary>A key named twice in one object is taken, the last one counting: only for vendors whose own examples do it.</summary>
    protected void ToleratesDuplicateKeys() => _toleratesDuplicateKeys = true;

    /// <summary>Every one of these is needed.</summary>
    protected void ProvenByEvery(params ProofScheme[] schemes) => (Proofs, ProofsNeeded) = (schemes, ProofsNeeded.Every);

    /// <summary>Any one of these is enough.</summary>
    protected void ProvenByAny(params ProofScheme[] schemes) => (Proofs, ProofsNeeded) = (schemes, ProofsNeeded.Any);

    /// <summary>
    /// What makes two calls the same message. Unsaid, it is the key of a message's only event; a message of several has none.
    /// </summary>
    protected void SameMessageWhen(params KeyPart[] parts) => _identity = parts;

    /// <summary>
    /// The answer to a verdict. Gaps in the body: <c>{{problems}}</c> (a JSON string), <c>{{outcome}}</c> (an OperationOutcome),
    /// <c>{{/pointer}}</c> (JSON of the message), <c>{{signed /pointer}}</c> (a JSON string: the text there, signed as the call was).
    /// </summary>
    protected void When(Verdict verdict, int status, string? body = null) => _answers[verdict] = new AnswerTemplate(status, body);

    /// <summary>A kind of event. Kinds are tried in the order of their declaration: the first that recognises an event has it.</summary>
    protected EventRule Event(string type)
    {
        var rule = new EventRule(type);
        _events.Add(rule);
        return rule;
    }

    private IEnumerable<VendorEvent> PartsOf(VendorEvent e) => _events.Find(rule => rule.Type == e.Type)?.PartsOf(e) ?? [e];

    private EventMapping MappingOf(VendorEvent e) => _events.Find(rule => rule.Type == e.Type)?.Mapping
        ?? throw new ArgumentException($"{Name} maps no {e.Type}: such events owe no delivery.", nameof(e));

    private static Reading Refused(Verdict verdict, JsonElement root, Problem problem) => new(verdict, [problem], null, [], root);

    /// <summary>The events of an element, each with the rules that it breaks itself; none when the element as a whole breaks one.</summary>
    private (
        IReadOnlyList<VendorEvent> Events,
        IReadOnlyList<EnvelopeFailure> Failures) EventsOf(JsonElement element, string pointer, JsonElement root)
    {
        if (_events.Find(e => e.Recognises(element)) is not { } rule)
        {
            var unknown = new EnvelopeFailure(
                Verdict.Invalid, Problem.Error("not-supported", "No event of this vendor looks like this.", pointer));
            return (
                MaxElements is not null ? [Broken(new VendorEvent("not recognised", "", pointer, element, root, null), [unknown])] : [],
                [unknown]);
        }

        var failures = rule.Check(element, pointer);
        var events = rule.EventsOf(element, pointer, root).ToList();
        if (failures.Count == 0) return (events, []);
        if (rule.ItemsAt is null) return ([Broken(events[0], failures)], failures);

        // Each failure belongs to the item it lies in; one that lies in none is the message's own.
        var ofItems = failures.ToLookup(failure => ItemOf(failure.Problem.Pointer ?? "", pointer + rule.ItemsAt), StringComparer.Ordinal);
        if (ofItems[""].Any()) return ([], failures);
        return ([.. events.Select(e => ofItems[e.Pointer].ToList() is { Count: > 0 } own ? Broken(e, own) : e)], failures);
    }

    /// <summary>The pointer of the item of a list in which a place lies; empty when it lies in none.</summary>
    private static string ItemOf(string pointer, string list)
    {
        if (!JsonPointer.IsAtOrBelow(pointer, list) || pointer.Length == list.Length) return "";
        var end = pointer.IndexOf('/', list.Length + 1);
        return end < 0 ? pointer : pointer[..end];
    }

    // What should tell it from others may be what is missing.
    private static VendorEvent Broken(VendorEvent e, IReadOnlyList<EnvelopeFailure> failures) => e with
    {
        Key = e.Key.Trim('|').Length == 0 ? KeyPart.Join([KeyPart.Content("")], e.Body, e.Message) : e.Key,
        Acknowledged = null,
        Problems = [.. failures.Select(failure => failure.Problem)],
    };

    private IEnumerable<(JsonElement Element, string Pointer)> Elements(JsonElement root) =>
        MaxElements is not null ? root.EnumerateArray().Select((item, i) => (item, JsonPointer.Append("", i))) : [(root, "")];

    private string? IdentityOf(JsonElement root, List<VendorEvent> events) =>
        _identity is not null ? KeyPart.Join(_identity, root, root)
        : events.Count == 1 ? events[0].Key
        : null;
}
