using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Sources;

namespace FhirGateway.Pipeline;

/// <summary>What came before a document's version that is to be delivered, in whose chart, and whether a person must be asked.</summary>
public sealed class VersionHistory(ILedger ledger, FhirServer destination, FormerKeys former, UnrecordedVersions unrecorded)
{
    /// <summary>What came before; or why the delivery can't go on without a person.</summary>
    public async Task<History> OfAsync(
        ClaimedDelivery claim,
        Source source,
        Intent intent,
        IReadOnlyDictionary<Lookup, JsonElement> found,
        CancellationToken cancellationToken)
    {
        var subject = intent.Subject ?? new Subject("", null);
        var encounterOf = SubjectConflict.OwnerOfEncounter(intent.Subject, found);
        var past = intent.Version is null
            ? new DocumentPast()
            : await new PastReader(ledger, destination, former, claim, source, intent.Version, subject).ReadAsync(cancellationToken);
        if (intent.Version is { } current)
            await unrecorded.AddAsync(past, claim, source.Settings, current, subject, cancellationToken);
        var history = new History
        {
            IsOfAnotherEncounter = encounterOf is not null,
            Ended = past.Continued,
            WrittenBy = past.WrittenBy,
        };

        if (past.Others.Count > 0 || encounterOf is not null)
        {
            var conflict = new SubjectConflict(subject, past.Others, encounterOf);
            var decisions = await ledger.DecisionsAsync(claim.Id, cancellationToken);
            switch (await DecisionAsync(conflict, decisions, claim, intent.Version, cancellationToken))
            {
                case null:
                    return history with { Stopped = conflict.Parked(decisions) };
                case SubjectConflict.Correct:
                    history = history with
                    {
                        Mistaken = [.. past.Others.SelectMany(other => other.Written).Distinct()],
                        Ended = [.. history.Ended, .. past.Others.SelectMany(other => other.Ended)],
                    };
                    break;
            }

            // Where the source calls both patients the same, a name made of its words alone would be the other one's.
            if (past.Others.Exists(other => other.Given == subject.Given)) history = history with { Chart = subject.Chart };
        }

        return intent.Version is { } version ? Placed(history, past, version, claim, source.Settings) : history;
    }

    /// <summary>
    /// A context without what is no longer on the destination: somebody may have deleted it there, which must not hold up what comes after.
    /// A search that does not find it is not enough, since some servers find late what was written: what lies where the receipt says is
    /// there, and is named by its id.
    /// </summary>
    /// <param name="writtenBy">The deliveries that wrote what came before.</param>
    /// <returns>The context, and what is gone.</returns>
    public async Task<(TranslationContext Context, IReadOnlyCollection<OwnedResource> Gone)> RemainingAsync(
        TranslationContext context, IReadOnlyCollection<string> writtenBy, CancellationToken cancellationToken)
    {
        var receipts = former.Receipts();
        var unseen = new Dictionary<OwnedResource, OwnedResource?>();
        foreach (var needed in Needed(context).Where(each => each.Id is null).Distinct())
        {
            if ((await destination.MatchesAsync(needed.Condition, cancellationToken)).Count == 0)
                unseen[needed] = await receipts.ReadAsync(needed, writtenBy, cancellationToken);
        }

        var remaining = context with
        {
            Predecessor = OfVersion(context.Predecessor),
            Before = OfVersion(context.Before),
            Mistaken = Of(context.Mistaken),
        };
        return (remaining, [.. unseen.Where(each => each.Value is null).Select(each => each.Key)]);

        OwnedResource? There(OwnedResource? owned) => owned is null ? null : unseen.GetValueOrDefault(owned, owned);

        IReadOnlyList<OwnedResource> Of(IEnumerable<OwnedResource> all) => [.. all.Select(There).OfType<OwnedResource>()];

        WrittenVersion? OfVersion(WrittenVersion? version) =>
            version is null ? null : version with { Document = There(version.Document), Owned = Of(version.Owned) };
    }

    /// <summary>All that a context's bundle ends, and that must be on the destination for it.</summary>
    public static IEnumerable<OwnedResource> Needed(TranslationContext context) =>
        [.. context.Predecessor?.Needed ?? [], .. context.Before?.Owned ?? [], .. context.Mistaken];

    /// <summary>What the ledger must know of a delivered document.</summary>
    public static IEnumerable<NewVersion> Written(Intent intent, TranslationContext context, Translation translation)
    {
        var document = translation.Owned.FirstOrDefault(owned => owned.ResourceType == "DocumentReference");
        if (intent.Version is not { } version || document is null) return [];
        var (identity, owned) = (JsonSerializer.Serialize(document.Identity), JsonSerializer.Serialize(translation.Owned));
        return
        [
            new NewVersion(version.SetKey, version.VersionId, version.Order, identity, owned)
            {
                Subject = intent.Subject?.Chart ?? "",
                SubjectAsGiven = intent.Subject?.Given,
                Composition = translation.Composition is { } composition ? JsonSerializer.Serialize(composition) : null,
                IsLate = context.IsLate,
            },
        ];
    }

    /// <summary>
    /// What the ledger must know of a document that is there without all that belongs to it: should this delivery never end well, the next
    /// version ends what this one wrote, and what it should have ended. Where something was filed for somebody else, the next one must ask
    /// about that again, and nothing is recorded.
    /// </summary>
    public static IEnumerable<NewVersion> PartlyWritten(Intent intent, TranslationContext context, Translation translation)
    {
        if (context.Mistaken.Count > 0) return [];
        var left = (context.Predecessor?.Needed ?? []).Concat(context.Before?.Owned ?? []);
        return Written(intent, context, translation with { Owned = [.. translation.Owned.Concat(left).Distinct()] });
    }

    /// <summary>Whether a recorded version is later than one that is to be delivered.</summary>
    internal static bool IsLater(DeliveredVersion recorded, DocumentVersion version, ClaimedDelivery claim, SourceSettings source)
    {
        var order = VersionOrder.Compare(recorded.Order, version.Order, source.ClockTolerance);
        return order > 0 || (order == 0 && recorded.Sequence > claim.Sequence);
    }

    private async Task<string?> DecisionAsync(
        SubjectConflict conflict,
        IReadOnlyList<Decision> own,
        ClaimedDelivery claim,
        DocumentVersion? version,
        CancellationToken cancellationToken)
    {
        if (conflict.DecisionOf(own) is { } decision) return decision;

        // Whose the encounter is was decided once for the document: its next version asks nobody again.
        return conflict.Others.Count == 0 && version is not null
            ? conflict.DecisionOf(await ledger.DecisionsAsync(claim.Source, version.SetKey, conflict.Mine.Chart, cancellationToken))
            : null;
    }

    private static History Placed(History history, DocumentPast past, DocumentVersion version, ClaimedDelivery claim, SourceSettings source)
    {
        history = history with { Before = past.Before, Mistaken = [.. history.Mistaken, .. past.Misplaced] };
        if (past.Current is not { } current) return history;

        // The same version may have come by another delivery.
        if (current.Recorded.VersionId == version.VersionId) return history with { Before = history.Before ?? current.Written };
        return IsLater(current.Recorded, version, claim, source)
            ? history with { IsLate = true }
            : history with { Predecessor = current.Written };
    }
}
