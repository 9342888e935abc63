using FhirGateway.Mapping.Notes;
using FhirGateway.Mapping.Rules;
using FhirGateway.Mapping.Targets;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>
/// The Composition and the DocumentReference of one version of a note. The rules write the Composition; the DocumentReference follows it,
/// so that the two can't disagree.
/// </summary>
internal sealed class Note(Draft draft, DocumentVersion version)
{
    private readonly Composition _composition = new();
    private readonly DocumentReference _document = new();
    private readonly Succession _succession = new(draft, version.VersionId);
    private Moment? _date;

    // What the site and the vendor call the document and its version: facts, by which nothing is written.
    private Identity Set => new(draft.Source.SystemOf("Document"), version.SetKey);

    private Identity Version => new(GatewayUris.Uri, $"urn:uuid:{version.VersionId}");

    // A document goes on under the names of the version before.
    private OwnedResource Composition => _succession.Named("Composition", version.SetKey, draft.Context.Composition);

    public void Begin()
    {
        draft.Begin(_composition);
        draft.Begin(_document);
        draft.Identify(_composition, Composition.Identity);
        draft.Identify(_document, _succession.Document.Identity);
        draft.Document = new ResourceReference(draft.FullUrl(_document));
        _composition.Subject = draft.Subject;
        _composition.Encounter = draft.Encounter;
    }

    public void Date(Moment date)
    {
        _date = date;
        _composition.Date = date.Text;
    }

    /// <summary>What FHIR requires of a Composition must be there when all rules have run.</summary>
    public void Check()
    {
        Require(_composition.Status is not null, "status");
        Require(_composition.Type is not null, "type");
        Require(!string.IsNullOrWhiteSpace(_composition.Title), "title");

        void Require(bool there, string element)
        {
            if (!there) draft.Problems.Add(Problem.Error("required", $"No rule wrote Composition.{element}.", draft.Event.Pointer));
        }

        // An empty regeneration is a vendor's mishap: what a reader has must not be replaced by nothing.
        if (_succession.Replaced is not null && !draft.Sections.Exists(section => section.HasContent))
            draft.Held ??= new Held("content", "this version of the note has no content, and must not replace the one before it");
    }

    /// <summary>
    /// Puts the note's resources into the bundle and answers what this version owns. A late version writes nothing that is current.
    /// </summary>
    /// <param name="mark">What is said of every resource that is written.</param>
    public IReadOnlyList<OwnedResource> Write(
        BundleAssembly bundle, ResourceReference author, ResourceReference custodian, Action<Resource> mark)
    {
        var isLate = draft.Context.IsLate;
        _composition.Author.Add(author);
        _composition.Custodian = custodian;
        _composition.Section.AddRange(draft.Sections.Select(s => s.ToComponent()));
        FillDocument();

        var owned = new List<OwnedResource> { _succession.Document };
        bundle.Bundle.Identifier = new Identifier(Version.System, Version.Value);
        Write(_document, draft.Context.Before?.Document);
        if (!isLate)
        {
            Write(_composition, draft.Context.Composition);
            foreach (var made in draft.Created) Write(made, null);
        }

        void Write(Resource resource, OwnedResource? recorded)
        {
            mark(resource);
            bundle.Put(resource, recorded);
        }

        if (!isLate)
        {
            TraceSections(draft.Sections, "section");
            owned.AddRange(draft.Created.Select(made => OwnedResource.Of(made.TypeName, draft.IdentityOf(made)!)));
        }

        return owned;
    }

    /// <summary>The Composition as it is written; null for a late version.</summary>
    public OwnedResource? Written => draft.Context.IsLate ? null : Composition;

    /// <inheritdoc cref="Succession.Ending"/>
    public IReadOnlyList<(OwnedResource Resource, Parameters Patch)> Ending(IReadOnlyList<OwnedResource> owned) =>
        _succession.Ending(owned);

    private void FillDocument()
    {
        var title = _composition.Title!;
        _document.MasterIdentifier = new Identifier(Version.System, Version.Value);
        _document.Identifier.Add(new Identifier(Set.System, Set.Value));
        _succession.Mark(_document);
        _document.DocStatus = _composition.Status;
        _document.Type = _composition.Type;
        _document.Subject = draft.Subject;
        _document.DateElement = _date!.ToInstant();
        _document.Author.AddRange(_composition.Author);
        _document.Custodian = _composition.Custodian;
        _document.Description = title;
        _document.Language = _composition.Language;
        _document.Content.Add(new DocumentReference.ContentComponent
        {
            Attachment = Attachments.OfText(PlainText.Of(title, draft.Sections), title, _date.Text),
            Format = Attachments.AsItsTypeSays,
        });
        var composition = draft.Context.IsLate ? null : new ResourceReference(draft.FullUrl(_composition));
        var related = new[] { Appointments.Itself(draft), composition };
        if (draft.Encounter is null && related.All(each => each is null)) return;
        _document.Context ??= new DocumentReference.ContextComponent();
        if (draft.Encounter is { } encounter) _document.Context.Encounter.Add(encounter);
        _document.Context.Related.AddRange(related.OfType<ResourceReference>());
    }

    /// <summary>Lineage of what the mapping's own words wrote, and of what the DocumentReference took over from the Composition.</summary>
    public void TraceFrame(IReadOnlyList<RuleRow> frame)
    {
        foreach (var row in frame)
        {
            var source = draft.Event.Pointer + row.Source;
            foreach (var (type, path) in row.Targets)
            {
                if (type is "*" or "Composition") draft.Trace(_composition, path, source, row);
                if (type is "*" or "DocumentReference")
                {
                    draft.Trace(_document, path == "encounter" ? "context.encounter" : path, source, row);
                }
            }
        }

        var own = draft.Traces.Count;
        for (var i = 0; i < own; i++)
        {
            var trace = draft.Traces[i];
            if (ReferenceEquals(trace.Resource, _composition) && TakenOver.TryGetValue(trace.Path, out var path))
            {
                draft.Trace(_document, path, trace.Source, trace.Rule);
            }
        }

        draft.Trace(_document, PlainTextRow.Targets[0], draft.Event.Pointer, PlainTextRow);
    }

    private static readonly RuleRow PlainTextRow = new(
        "", "→", new TargetPath("DocumentReference", "content.attachment.data"), "all sections as plain text", null);

    private static readonly Dictionary<string, string> TakenOver =
        new() { ["status"] = "docStatus", ["type"] = "type", ["title"] = "description" };

    private void TraceSections(List<NoteSection> sections, string path)
    {
        for (var i = 0; i < sections.Count; i++)
        {
            var at = $"{path}[{i}]";
            draft.Trace(_composition, at, sections[i].Source, sections[i].Rule);
            TraceSections(sections[i].Sections, at + ".section");
        }
    }
}
