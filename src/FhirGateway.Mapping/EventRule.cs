using System.Text.Json;
using FhirGateway.Mapping.Checking;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping;

/// <summary>
/// One kind of event of a vendor: how it is recognised, checked and told from others, and what becomes of it. Built by the vendor's
/// definition.
/// </summary>
public sealed class EventRule
{
    private readonly List<Condition> _conditions = [];
    private readonly List<(Condition Condition, string Because)> _acknowledged = [];
    private KeyPart _content = KeyPart.Content("");
    private string[] _kindAt = [];
    private IEnvelopeRules? _rules;
    private Lazy<EventMapping>? _mapping;
    private KeyPart[] _key = [KeyPart.Content("")];

    internal EventRule(string type) => Type = type;

    /// <summary>The kind's name.</summary>
    public string Type { get; }

    /// <summary>Why such events owe no delivery; null when they owe one.</summary>
    public string? Acknowledgement { get; private set; }

    /// <summary>Pointer to the array whose items are the events; null when what was recognised is the event.</summary>
    public string? ItemsAt { get; private set; }

    /// <summary>The most items that array may have: each owes a delivery of its own.</summary>
    public int MaxEvents { get; private set; } = VendorDefinition.UsualMaxEvents;

    /// <summary>What it becomes; null for events that are only acknowledged.</summary>
    public EventMapping? Mapping => _mapping?.Value;

    /// <summary>By what it is recognised, in words; empty for an event that is whatever is left.</summary>
    public IEnumerable<string> RecognisedBy => _conditions.Select(c => c.InWords);

    /// <summary>By what two events are the same, in words.</summary>
    public IEnumerable<string> SameBy => _key.Select(part => part.InWords);

    /// <summary>Which events of the kind owe no delivery, and why, in words.</summary>
    public IEnumerable<string> OwesNothing =>
        Acknowledgement is not null ? [Acknowledgement] : _acknowledged.Select(a => $"{a.Condition.InWords}: {a.Because}");

    internal AnswerTemplate? Answer { get; private set; }

    /// <summary>Recognised by one of these values at a pointer, compared exactly.</summary>
    public EventRule When(string pointer, params string[] values) => Add(new Condition(pointer, values, StringComparison.Ordinal));

    /// <summary>Recognised by one of these values at a pointer, whatever their case.</summary>
    public EventRule WhenInAnyCase(string pointer, params string[] values) =>
        Add(new Condition(pointer, values, StringComparison.OrdinalIgnoreCase));

    /// <summary>Recognised by something being there (a JSON null is nothing).</summary>
    public EventRule WhenPresent(string pointer) => Add(new Condition(pointer, null, default));

    /// <summary>Recognised by nothing being there.</summary>
    public EventRule WhenAbsent(string pointer) => Add(new Condition(pointer, [], default));

    /// <summary>Each item of an array is an event by itself.</summary>
    public EventRule ForEach(string pointer, int atMost = VendorDefinition.UsualMaxEvents)
    {
        (ItemsAt, MaxEvents) = (pointer, atMost);
        return this;
    }

    /// <summary>What tells this event from all others of its source; the whole content unless said.</summary>
    public EventRule KeyedBy(params KeyPart[] parts)
    {
        _key = parts;
        return this;
    }

    /// <summary>The rules that its JSON must keep.</summary>
    public EventRule CheckedBy<TEnvelope>(EnvelopeValidator<TEnvelope> rules)
    {
        _rules = rules;
        return this;
    }

    /// <summary>
    /// Where that stands which the same event always says: the whole event unless said. Said again otherwise, it has changed.
    /// </summary>
    public EventRule SaysAt(string pointer)
    {
        _content = KeyPart.Content(pointer);
        return this;
    }

    /// <summary>What it becomes.</summary>
    public EventRule MappedBy<TMapping>()
        where TMapping : EventMapping, new()
    {
        // Reading a mapping's lambdas takes longer than all else of a vendor: a vendor that no source has never pays for it.
        _mapping = new Lazy<EventMapping>(() => new TMapping());
        return this;
    }

    /// <summary>Recorded, but owes no delivery.</summary>
    public EventRule Acknowledged(string because)
    {
        Acknowledgement = because;
        return this;
    }

    /// <summary>Recorded, but owes no delivery, because nobody knows what it is: that is drift.</summary>
    /// <param name="kindAt">Pointers to what tells its kind.</param>
    public EventRule AcknowledgedAsUnknown(string because, params string[] kindAt)
    {
        _kindAt = kindAt;
        return Acknowledged(because);
    }

    /// <summary>
    /// Of the events of this kind, those with a value at a pointer (of the event itself: of one item where they are items) owe no
    /// delivery.
    /// </summary>
    public EventRule AcknowledgedWhen(string pointer, string value, string because)
    {
        _acknowledged.Add((new Condition(pointer, [value], StringComparison.OrdinalIgnoreCase), because));
        return this;
    }

    /// <summary>
    /// Of the events of this kind, those that a test of the vendor's own recognises (by the event itself) owe no delivery.
    /// </summary>
    /// <param name="inWords">When that is, as the end of a sentence that begins with "when".</param>
    public EventRule AcknowledgedIf(Func<JsonElement, bool> test, string inWords, string because)
    {
        _acknowledged.Add((new Condition("", null, default) { Test = test, TestInWords = inWords }, because));
        return this;
    }

    /// <summary>Of the events of this kind, those with nothing at a pointer (of the event itself) owe no delivery.</summary>
    public EventRule AcknowledgedWithout(string pointer, string because)
    {
        _acknowledged.Add((new Condition(pointer, [], default), because));
        return this;
    }

    /// <summary>Answered differently from the vendor's other messages; gaps as in <see cref="VendorDefinition"/>'s answers.</summary>
    public EventRule Answered(int status, string? body = null)
    {
        Answer = new AnswerTemplate(status, body);
        return this;
    }

    internal bool Recognises(JsonElement element) => _conditions.TrueForAll(c => c.Holds(element));

    /// <summary>The problem of a list that tells more events than one message may.</summary>
    internal static Problem TooMany(JsonElement list, string pointer, int most) => Problem.Error(
        StrictJson.TooLong, $"There are {list.GetArrayLength()} events here; one message may tell at most {most}.", pointer);

    internal IReadOnlyList<EnvelopeFailure> Check(JsonElement element, string pointer)
    {
        // Before any of them is looked at.
        if (ItemsAt is not null
            && JsonPointer.Find(element, ItemsAt) is { ValueKind: JsonValueKind.Array } items
            && items.GetArrayLength() > MaxEvents)
            return [new EnvelopeFailure(Verdict.Invalid, TooMany(items, pointer + ItemsAt, MaxEvents))];
        if (_rules is null) return [];
        if (element.ValueKind != JsonValueKind.Object)
            return [new EnvelopeFailure(Verdict.Malformed, Problem.Error("structure", "A JSON object is expected here.", pointer))];
        return [.. _rules.Check(element).Select(f => f with { Problem = f.Problem with { Pointer = pointer + f.Problem.Pointer } })];
    }

    internal IEnumerable<VendorEvent> EventsOf(JsonElement element, string pointer, JsonElement message)
    {
        if (ItemsAt is null)
        {
            yield return EventAt(element, pointer, message);
            yield break;
        }

        if (JsonPointer.Find(element, ItemsAt) is not { ValueKind: JsonValueKind.Array } items) yield break;
        var index = 0;
        foreach (var item in items.EnumerateArray())
            yield return EventAt(item, JsonPointer.Append(pointer + ItemsAt, index++), message);
    }

    /// <summary>An event as the parts in which it goes out.</summary>
    internal IEnumerable<VendorEvent> PartsOf(VendorEvent e) =>
        e is { Acknowledged: null, Problems: [] } && Mapping is ResourceMapping { Items: { } items } ? Parting.PartsOf(e, items) : [e];

    private VendorEvent EventAt(JsonElement body, string pointer, JsonElement message) =>
        new(
            Type, KeyPart.Join(_key, body, message), pointer, body, message,
            Acknowledgement ?? _acknowledged.Find(a => a.Condition.Holds(body)).Because)
        {
            Content = KeyPart.Join([_content], body, message),
            Drift = [.. _kindAt.Where(kind => JsonPointer.Find(body, kind) is not null).Select(kind => pointer + kind)],
        };

    private EventRule Add(Condition condition)
    {
        _conditions.Add(condition);
        return this;
    }

    // No values: anything there; an empty list: nothing there.
    private sealed record Condition(string Pointer, string[]? Values, StringComparison Comparison)
    {
        public Func<JsonElement, bool>? Test { get; init; }

        public string? TestInWords { get; init; }

        public string InWords => TestInWords ?? Values switch
        {
            null => $"something at `{Pointer}`",
            [] => $"nothing at `{Pointer}`",
            _ => $"`{Pointer}` is {string.Join(" or ", Values.Select(v => $"`{v}`"))}"
                + (Comparison == StringComparison.OrdinalIgnoreCase ? ", in any case" : ""),
        };

        public bool Holds(JsonElement element)
        {
            if (Test is not null) return Test(element);
            var found = JsonPointer.Find(element, Pointer);
            var present = found is { ValueKind: not JsonValueKind.Null };
            return Values switch
            {
                null => present,
                [] => !present,
                _ => found is { ValueKind: JsonValueKind.String } text && Values.Any(v => v.Equals(text.GetString(), Comparison)),
            };
        }
    }
}
