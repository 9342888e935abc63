using System.Globalization;
using System.Text.Json;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Output;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Mapping.Rules;

/// <summary>A field's value as a reader gets it.</summary>
public sealed class FieldValue
{
    private readonly Draft _draft;

    internal FieldValue(string text, JsonElement json, string pointer, Draft draft) =>
        (Text, Json, Pointer, _draft) = (CleanText.Of(text), json, pointer, draft);

    /// <summary>Its text, trimmed, and labelled where the rule says so; "" for objects and arrays.</summary>
    public string Text { get; }

    /// <summary>Its JSON.</summary>
    public JsonElement Json { get; }

    /// <summary>Where in the message it stands.</summary>
    public string Pointer { get; }

    /// <summary>The source whose message it is.</summary>
    public SourceSettings Source => _draft.Source;

    /// <summary>The whole message around the event.</summary>
    public JsonElement Message => _draft.Event.Message;

    /// <summary>Notes that the value can't be read as it should: the translation goes no further.</summary>
    public void Fail(string text) => _draft.Problems.Add(Problem.Error("value", text, Pointer));

    /// <summary>Notes that the value can't be written yet: the event waits, by name.</summary>
    /// <param name="waitsFor">What it waits for, in a word or two.</param>
    /// <param name="text">Why, as a sentence for a person, without the value.</param>
    public void Hold(string waitsFor, string text) => _draft.Held ??= new Held(waitsFor, $"{Pointer}: {text}");

    /// <summary>Notes a doubt; the translation goes on.</summary>
    public void Doubt(string text) => _draft.Problems.Add(Problem.Warning("value", text, Pointer));
}

/// <summary>Reads a field's value as a type of the SDK, or as one of its enums.</summary>
/// <typeparam name="T">What it reads; an enum as nullable.</typeparam>
/// <param name="description">The transform in words, for the mapping's table.</param>
/// <param name="read">Answers null for "nothing to write"; a value that is wrong is told to <see cref="FieldValue.Fail"/>.</param>
/// <param name="takesAnything">Reads objects and arrays, too; else they are a change of shape.</param>
/// <param name="showsAnything">
/// Of an object or an array it gets the names and values as lines: a change of shape, but no word of it is lost.
/// </param>
public sealed class Reader<T>(string description, Func<FieldValue, T?> read, bool takesAnything = false, bool showsAnything = false)
{
    public string Description => description;

    internal bool TakesAnything => takesAnything;

    internal bool ShowsAnything => showsAnything;

    /// <summary>Of a reader that knows certain words only, whether it knows one; null for one that reads any.</summary>
    internal Func<string, bool>? Knows { get; init; }

    internal T? Read(FieldValue value) => read(value);
}

/// <summary>The ways to read a field.</summary>
public static class Read
{
    public static Reader<string> Text { get; } = new("verbatim", value => value.Text);

    public static Reader<Annotation> Note { get; } = new("verbatim, as a note", value => new Annotation { Text = value.Text });

    public static Reader<CodeableConcept> Words { get; } = new(
        "verbatim, as text only", value => new CodeableConcept { Text = value.Text });

    public static Reader<FhirDateTime> DateTime { get; } = DateTimeIn(null);

    public static Reader<Instant> Instant { get; } = InstantIn(null);

    /// <summary>A UUID as identifier: <c>urn:uuid:…</c> in RFC 3986's system.</summary>
    public static Reader<Identifier> Uuid { get; } = new("UUID as URI", value =>
    {
        if (Uuids.Find(value.Text) is { } uuid) return new Identifier(GatewayUris.Uri, $"urn:uuid:{uuid}");
        value.Fail("A UUID is expected.");
        return null;
    });

    /// <summary>The whole text as an attachment, text/plain in UTF-8.</summary>
    public static Reader<Attachment> PlainText { get; } = new(
        "text/plain attachment", value => Attachments.OfText(value.Text, title: null, creation: null), showsAnything: true);

    /// <summary>A date and time whose zone, where it names none, is assumed.</summary>
    public static Reader<FhirDateTime> DateTimeIn(TimeSpan? assumedZone) =>
        new("date and time" + Assumption(assumedZone), value => Moment(value, assumedZone)?.ToDateTime());

    /// <summary>An instant whose zone, where it names none, is assumed.</summary>
    public static Reader<Instant> InstantIn(TimeSpan? assumedZone) =>
        new("instant" + Assumption(assumedZone), value => Moment(value, assumedZone)?.ToInstant());

    /// <summary>An identifier in the system that the source knows for a kind of thing.</summary>
    public static Reader<Identifier> Identifier(string kind) =>
        new($"identifier, system of {kind}", value => new Identifier(value.Source.SystemOf(kind), value.Text));

    /// <summary>A conditional reference (<c>Patient?identifier=…</c>) by the source's identifier system.</summary>
    public static Reader<ResourceReference> Reference(string resourceType) =>
        new($"conditional reference to {resourceType}", value => SiteReferences.Conditional(resourceType, value.Text, value.Source));

    /// <summary>What the site registered: a literal reference (<c>Patient/1</c>), or an identifier in the source's system.</summary>
    public static Reader<ResourceReference> RegisteredReference(string resourceType) =>
        new(
            $"reference to {resourceType} as registered",
            value => SiteReferences.LiteralOrConditional(resourceType, value.Text, value.Source));

    /// <summary>A logical reference: an identifier that the server need not know.</summary>
    public static Reader<ResourceReference> LogicalReference(string resourceType, string kind) =>
        new(
            $"logical reference, system of {kind}",
            value => new ResourceReference { Type = resourceType, Identifier = new Identifier(value.Source.SystemOf(kind), value.Text) });

    /// <summary>A name as a whole, by concept maps of which the first that lists it counts; the name itself stays as text.</summary>
    public static Reader<CodeableConcept> Code(params IReadOnlyList<CodeMap> maps) => Code(new HeadingMap(maps));

    /// <inheritdoc cref="Code(IReadOnlyList{CodeMap})"/>
    public static Reader<CodeableConcept> Code(HeadingMap names) =>
        new($"codes from {names.Ids}", value =>
        {
            var concept = names.CodeOf(value.Text)?.ToCodeableConcept() ?? new CodeableConcept();
            concept.Text = value.Text;
            return concept;
        });

    /// <summary>A word as a code of FHIR's own, by a code map; an event with a word that the map lacks waits.</summary>
    /// <exception cref="MappingException">The map has a code that the enum lacks.</exception>
    public static Reader<TEnum?> CodeOf<TEnum>(CodeMap map)
        where TEnum : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(map);
        var codes = map.Meanings.ToDictionary(meaning => meaning, meaning => EnumUtility.ParseLiteral<TEnum>(meaning.Code)
            ?? throw new MappingException(
                $"The concept map {map.Id} can't be read as {typeof(TEnum).Name}, because that has no code {meaning.Code}."));
        return new Reader<TEnum?>($"codes from {map.Id}", value =>
        {
            if (map.Find(value.Text) is { } meant) return codes[meant];
            value.Hold($"concept map {map.Id}", $"the concept map {map.Id} does not know this word, and what it means is not guessed");
            return null;
        })
        {
            Knows = word => map.Find(word) is not null,
        };
    }

    /// <summary>A size in bytes, as a number or as digits.</summary>
    public static Reader<UnsignedInt> Size { get; } = new("whole number", value =>
    {
        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return new UnsignedInt(size);
        value.Doubt("Not a whole number that FHIR's unsignedInt can hold.");
        return null;
    });

    private static string Assumption(TimeSpan? zone) =>
        zone is null ? "" : zone == TimeSpan.Zero ? ", UTC where it names no zone" : $", {zone} where it names no zone";

    private static Moment? Moment(FieldValue value, TimeSpan? assumedZone)
    {
        if (Mapping.Moment.TryParse(value.Text, assumedZone, out var moment)) return moment;
        value.Fail("A date and time with its zone is expected.");
        return null;
    }
}
