using System.Text;
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
        Describe(new RuleRow(messagePointer, "orders", EveryResource(""), "what a message of a later time has written is left as it is", null));
    }

    /// <summary>What lies below a pointer is a note: text in it that no rule knows is added to the document's text, under its own key.</summary>
    protected void NoteIs(string pointer) => _note = pointer;

    /// <summary>A field that is known and deliberately mapped to nothing.</summary>
    protected void Ignore(string key, string because) => Rules.Ignore(key, because);

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

        var gateway = AddDevices(bundle, vendor, out var author);
        var updates = new List<Update>();
        var late = 0;
        var sent = _newestBy is null ? null : Moment(e, _newestBy);
        DoubtIfAhead(draft, sent, _newestBy ?? "");
        var order = VersionOrder.Of(sent ?? Receipt(receivedAt), receivedAt, context.Source.ClockTolerance);
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

            Label(resource);
            bundle.Put(resource, recorded);
        }

        if (late > 0) draft.Problems.Add(new Problem(ProblemSeverity.Information, "informational", $"{late} of its resources are left as they are: a later message has told of them.", e.Pointer));
        if (late > 0 && bundle.Written.Count == 0) return Finish(draft, bundle, []) with { Bundle = null };
        if (bundle.Written.Count == 0) draft.Problems.Add(Problem.Error("processing", "The event says nothing that could be written.", e.Pointer));
        Provenances.Add(bundle, draft, vendor, author, gateway);
        return Finish(draft, bundle, []) with { Updates = updates };
    }

    private static Moment? Moment(VendorEvent e, string messagePointer) =>
        Text(e.Message, messagePointer) is { } text && Mapping.Moment.TryParse(text, TimeSpan.Zero, out var moment) ? moment : null;

    private static void KeepUnknown(Draft draft, string pointer)
    {
        if (draft.Root.At(pointer) is not { } note || draft.Created.OfType<DocumentReference>().FirstOrDefault()?.Content is not [{ Attachment: { } attachment } content, ..]) return;
        var unknown = draft.Places.Unshown(note).Where(place => !Readable.IsBlank(place.Value)).Select(place => $"\n\n{place.Name}\n{Readable.Lines(place.Value)}");
        var added = string.Concat(unknown);
        if (added.Length > 0) content.Attachment = Attachments.OfText(Encoding.UTF8.GetString(attachment.Data ?? []) + CleanText.Of(added), attachment.Title, attachment.Creation);
    }

    // A transaction may name an identity once only. Of two items that name one resource, the later is the later news of it.
    private static IEnumerable<Resource> LatestOf(Draft draft)
    {
        foreach (var same in draft.Created.GroupBy(draft.FullUrl))
        {
            if (same.Count() > 1) draft.Problems.Add(Problem.Warning("duplicate", "Several items name the same resource: the last one counts.", draft.Event.Pointer));
            yield return same.Last();
        }
    }
}
