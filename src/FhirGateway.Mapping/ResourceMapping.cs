using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Output;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping;

/// <summary>
/// An event that becomes resources without a Composition, such as DocumentReferences of documents that lie elsewhere. Every created
/// resource names its own identifier (<see cref="IdentifyingFields.Identifies"/>).
/// </summary>
public abstract class ResourceMapping : EventMapping
{
    private string? _newestBy;
    private string? _note;
    private SetPart[] _set = [];

    /// <summary>The rule that makes a resource of each item of an array; null when none does.</summary>
    internal CreateRule? Items => Rules.Rules.OfType<CreateRule>().FirstOrDefault(rule => rule.Pointer is not null);

    /// <summary>The rules, from the event's root.</summary>
    protected RuleSet Rules { get; }

    protected ResourceMapping() => Rules = new RuleSet(Name);

    private protected override IEnumerable<RuleRow> RuleRows => Rules.Rows("");

    /// <summary>One resource for the event.</summary>
    protected CreateRule Creates<TResource>(Action<RuleSet<TResource>> rules)
        where TResource : Resource, new() => Rules.Creates(rules);

    /// <summary>One resource per item of an array of the event.</summary>
    protected CreateRule Each<TResource>(string key, Action<RuleSet<TResource>> rules)
        where TResource : Resource, new() => Rules.Each(key, rules);

    /// <summary>
    /// What it writes is updated in place, and an event may come in after later ones: a resource that was already written from a message
    /// with a later time here is left as it is. A time that is missing or can't be read is the time of receipt.
    /// </summary>
    /// <param name="messagePointer">Into the message around the event; a time without zone is UTC.</param>
    protected void NewestBy(string messagePointer)
    {
        _newestBy = messagePointer;
        Describe(new RuleRow(
            messagePointer, "orders", EveryResource(""), "a message of a later time is later news, whatever came in first", null));
    }

    /// <summary>
    /// The DocumentReference that it creates is a version of a document, and takes the place of the one before: what all versions share.
    /// Later
    /// versions are those of a later time (<see cref="NewestBy"/>); unsaid, those received later.
    /// </summary>
    protected void OneDocumentPer(params SetPart[] parts)
    {
        _set = parts;
        foreach (var part in parts)
            Describe(new RuleRow(
                part.Pointer, "→", [new("DocumentReference", "identifier")],
                "part of what all versions share" + (part.IsHashed ? ", as a hash" : ""), null));
    }

    /// <summary>
    /// What lies below a pointer is a note: text in it that no rule knows is added to the document's text, under its own key.
    /// </summary>
    protected void NoteIs(string pointer) => _note = pointer;

    /// <summary>A field that is known and deliberately mapped to nothing.</summary>
    protected void Ignore(string key, string because) => Rules.Ignore(key, because);

    internal override Intent IntentOf(
        VendorEvent e, SourceSettings source, DateTimeOffset receivedAt, IReadOnlyDictionary<Lookup, JsonElement> found) =>
        base.IntentOf(e, source, receivedAt, found) with { Version = VersionOf(e, source, receivedAt, found) };

    internal override Translation Translate(VendorDefinition vendor, VendorEvent e, TranslationContext context)
    {
        var draft = new Draft(e, context) { VersionId = e.Key };
        var receivedAt = context.Message.ReceivedAt;
        Introduce(draft);
        draft.Places.Know(draft.Root);
        Rules.Apply(draft, draft.Root);
        if (_note is { } note) KeepUnknown(draft, note);
        var bundle = new BundleAssembly(draft);
        if (IsStopped(draft)) return Finish(draft, bundle, []);

        var updates = new List<Update>();
        var late = 0;
        var sent = _newestBy is null ? null : Moment(e, _newestBy);
        DoubtIfAhead(draft, sent, _newestBy ?? "");
        if (VersionOf(e, context.Source, receivedAt, context.Found) is { } version) return TranslateVersion(vendor, draft, bundle, version);
        var order = VersionOrder.Of(sent ?? Receipt(receivedAt), receivedAt, context.Source.ClockTolerance);
        var makers = AddMakers(bundle, vendor, context);
        foreach (var resource in LatestOf(draft))
        {
            OwnedResource? recorded = null;
            if (draft.UpdateOf(resource) is { } former)
            {
                var setKey = Draft.SetKeyOf(former);
                var known = context.Updates?.GetValueOrDefault(setKey);
                if (known?.IsLater == true)
                {
                    late++;
                    continue;
                }

                recorded = known?.Resource;
                var written = OwnedResource.Of(resource.TypeName, draft.IdentityOf(resource)!);
                updates.Add(new Update(new DocumentVersion(setKey, e.Key, order), written, former));
            }

            Mark(resource, vendor, context);
            if (resource is DocumentReference document && IsWrittenByVendor) document.Author.Add(makers.Vendor);
            bundle.Put(resource, recorded);
        }

        if (late > 0)
        {
            draft.Problems.Add(new Problem(
                ProblemSeverity.Information, "informational",
                $"{late} of its resources are left as they are: a later message has told of them.", e.Pointer));
        }

        if (late > 0 && bundle.Written.Count == 0) return Finish(draft, bundle, []) with { Bundle = null };
        if (bundle.Written.Count == 0)
        {
            draft.Problems.Add(Problem.Error("processing", "The event says nothing that could be written.", e.Pointer));
        }

        Conclude(bundle, draft, vendor, makers, []);
        return Finish(draft, bundle, []) with { Updates = updates };
    }

    /// <summary>A document that takes the place of its version before.</summary>
    private Translation TranslateVersion(VendorDefinition vendor, Draft draft, BundleAssembly bundle, DocumentVersion version)
    {
        var makers = AddMakers(bundle, vendor, draft.Context);
        var succession = new Succession(draft, version.VersionId);
        foreach (var resource in draft.Created)
        {
            var document = resource as DocumentReference;
            if (document is not null)
            {
                draft.Identify(document, succession.Document.Identity);
                document.Identifier.Add(new Identifier(draft.Source.SystemOf("Document"), version.SetKey));
                succession.Mark(document);
            }

            Mark(resource, vendor, draft.Context);
            bundle.Put(resource, document is null ? null : succession.Before?.Document);
        }

        OwnedResource[] owned = [succession.Document];
        Conclude(bundle, draft, vendor, makers, succession.Ending(owned));
        return Finish(draft, bundle, owned);
    }

    private DocumentVersion? VersionOf(
        VendorEvent e, SourceSettings source, DateTimeOffset receivedAt, IReadOnlyDictionary<Lookup, JsonElement> found)
    {
        if (SetPart.KeyOf(_set, part => ValueOf(part, e, found)) is not var (set, former)) return null;
        var sent = _newestBy is null ? null : Moment(e, _newestBy);
        return new DocumentVersion(
            set, Uuid5.Of(source.Name, e.Key).ToString("D"), VersionOrder.Of(
                sent ?? Receipt(receivedAt), receivedAt, source.ClockTolerance))
        {
            FormerSetKeys = former,
        };
    }

    private static Moment? Moment(VendorEvent e, string messagePointer) =>
        Text(e.Message, messagePointer) is { } text && Mapping.Moment.TryParse(text, TimeSpan.Zero, out var moment) ? moment : null;

    private static void KeepUnknown(Draft draft, string pointer)
    {
        if (draft.Root.At(pointer) is not { } note
            || draft.Created.OfType<DocumentReference>().FirstOrDefault()?.Content is not [{ Attachment: { } attachment } content, ..])
        {
            return;
        }

        var unknown = draft.Places.Unshown(note).Where(place => !Readable.IsBlank(place.Value)).Select(
            place => $"\n\n{place.Name}\n{Readable.Lines(place.Value)}");
        var added = string.Concat(unknown);
        if (added.Length > 0)
        {
            content.Attachment = Attachments.OfText(
                Encoding.UTF8.GetString(attachment.Data ?? []) + CleanText.Of(added), attachment.Title, attachment.Creation);
        }
    }

    // A transaction may name an identity once only. Of two items that name one resource, the later is the later news of it.
    private static IEnumerable<Resource> LatestOf(Draft draft)
    {
        foreach (var same in draft.Created.GroupBy(draft.FullUrl))
        {
            if (same.Count() > 1)
            {
                draft.Problems.Add(
                    Problem.Warning("duplicate", "Several items name the same resource: the last one counts.", draft.Event.Pointer));
            }

            yield return same.Last();
        }
    }
}
