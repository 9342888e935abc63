using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>In how many requests a bundle goes out, and what is in each.</summary>
internal static class SendPlan
{
    /// <summary>
    /// The parts in the order in which they are sent, each once the one before is confirmed whole. Usually one. What ends what came
    /// before, such as a patch, has a part of its own where it might be done without the rest; a bundle that is too large goes out
    /// document by document: what refers to each other stays together, and a Provenance, which refers to all, comes last.
    /// </summary>
    /// <param name="isAtomic">The destination does a part wholly or not at all.</param>
    /// <returns>The parts; or how many entries the one document has that is too large to go out at all.</returns>
    public static (IReadOnlyList<IReadOnlyList<Bundle.EntryComponent>> Parts, int? TooLarge) Of(
        Bundle bundle, bool isAtomic, EntryLimit limit)
    {
        var most = limit.Target ?? int.MaxValue;
        var endsApart = !isAtomic && bundle.Entry.Exists(Ends) && !bundle.Entry.TrueForAll(Ends);
        if (bundle.Entry.Count <= most && !endsApart) return ([bundle.Entry], null);

        var written = bundle.Entry.Where(entry => !Ends(entry)).ToList();
        var parts = new List<IReadOnlyList<Bundle.EntryComponent>>();
        if (written.Count <= most)
        {
            if (written.Count > 0) parts.Add(written);
        }
        else
        {
            var documents = Documents([.. written.Where(entry => entry.Resource is not Provenance)]);
            if (documents.Find(document => !limit.Allows(document.Count)) is { } large) return ([], large.Count);
            parts.AddRange(Packed(documents, most));
            parts.AddRange(written.Where(entry => entry.Resource is Provenance).Chunk(most));
        }

        parts.AddRange(bundle.Entry.Where(Ends).Chunk(most));
        return (parts, null);
    }

    /// <summary>
    /// The same in parts of half the size at most, where documents are not larger themselves; the part alone where it can't be divided.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<Bundle.EntryComponent>> Halved(IReadOnlyList<Bundle.EntryComponent> part) =>
        Of(new Bundle { Entry = [.. part] }, isAtomic: true, new EntryLimit(null, part.Count)).Parts;

    /// <summary>Whether an entry ends what came before.</summary>
    public static bool Ends(Bundle.EntryComponent entry) => entry.Request?.Method == Bundle.HTTPVerb.PATCH || SentWhole.Is(entry);

    /// <summary>Entries that refer to each other, whatever way round and over however many others.</summary>
    private static List<List<Bundle.EntryComponent>> Documents(List<Bundle.EntryComponent> entries)
    {
        var documents = new List<(HashSet<string> Names, HashSet<string> Targets, List<Bundle.EntryComponent> Entries)>();
        foreach (var entry in entries)
        {
            var names = new HashSet<string>([entry.FullUrl ?? "", entry.Request?.Url ?? ""], StringComparer.Ordinal);
            var targets = entry.Resource is null ? [] : References.Targets(entry.Resource).ToHashSet(StringComparer.Ordinal);
            var joined = documents.FindAll(document => document.Names.Overlaps(targets) || document.Targets.Overlaps(names));
            foreach (var other in joined)
            {
                names.UnionWith(other.Names);
                targets.UnionWith(other.Targets);
                documents.Remove(other);
            }

            documents.Add((names, targets, [.. joined.SelectMany(other => other.Entries), entry]));
        }

        return [.. documents.Select(document => document.Entries)];
    }

    private static IEnumerable<List<Bundle.EntryComponent>> Packed(List<List<Bundle.EntryComponent>> documents, int most)
    {
        var part = new List<Bundle.EntryComponent>();
        foreach (var document in documents)
        {
            if (part.Count > 0 && part.Count + document.Count > most)
            {
                yield return part;
                part = [];
            }

            part.AddRange(document);
        }

        if (part.Count > 0) yield return part;
    }
}
