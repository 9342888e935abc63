using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Mapping;

namespace FhirGateway.Pipeline;

/// <summary>What the ledger knows of earlier and later versions of what a delivery writes.</summary>
public sealed class VersionHistory(SqliteLedger ledger, FhirServer destination)
{
    /// <summary>The version that a note replaces, if any, or that a newer one is already delivered.</summary>
    public async Task<(Predecessor? Predecessor, bool IsLate)> OfAsync(
        ClaimedDelivery claim, DocumentVersion? version, CancellationToken cancellationToken)
    {
        if (version is null || await ledger.LatestVersionAsync(claim.Source, version.SetKey, claim.Id, cancellationToken) is not { } latest)
            return (null, false);
        if (latest.VersionId == version.VersionId) return (null, false);
        if (IsLater(latest, version, claim)) return (null, true);
        var document = JsonSerializer.Deserialize<Identity>(latest.Document)!;
        var owned = JsonSerializer.Deserialize<List<OwnedResource>>(latest.Owned)!;
        return (new Predecessor(document, owned), false);
    }

    /// <summary>
    /// What of a predecessor is still on the destination: somebody may have deleted it there, which must not hold up its successor.
    /// </summary>
    public async Task<(Predecessor? Remaining, TryAgain? Unanswered)> RemainingAsync(
        Predecessor predecessor, CancellationToken cancellationToken)
    {
        var gone = new HashSet<OwnedResource>();
        try
        {
            foreach (var needed in predecessor.Needed)
            {
                if ((await destination.FindAsync(needed.Condition, cancellationToken)).Matches is []) gone.Add(needed);
            }
        }
        catch (FhirRequestException failure)
        {
            return (null, TransactionSender.Unreached(failure));
        }

        var document = predecessor.Document is { } d && gone.Contains(new OwnedResource("DocumentReference", d.System, d.Value))
            ? null
            : predecessor.Document;
        return (new Predecessor(document, [.. predecessor.Owned.Where(owned => !gone.Contains(owned))]), null);
    }

    /// <summary>Which of these updates a later event has already made, by set key.</summary>
    public async Task<IReadOnlySet<string>> LateAsync(
        ClaimedDelivery claim, IReadOnlyList<DocumentVersion> updates, CancellationToken cancellationToken)
    {
        if (updates.Count == 0) return new HashSet<string>();
        var mine = updates.ToDictionary(update => update.SetKey, StringComparer.Ordinal);
        var delivered = await ledger.LatestVersionsAsync(claim.Source, mine.Keys, claim.Id, cancellationToken);
        return delivered
            .Where(latest => IsLater(latest, mine[latest.SetKey], claim))
            .Select(latest => latest.SetKey)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What the ledger must know of a delivered translation.</summary>
    public static IReadOnlyList<NewVersion> Written(DocumentVersion? version, Translation translation)
    {
        var written = translation.Updates
            .Select(update => new NewVersion(update.SetKey, update.VersionId, update.Order, "null", "[]"))
            .ToList();
        if (version is not null && translation.Owned.FirstOrDefault(owned => owned.ResourceType == "DocumentReference") is { } document)
        {
            written.Add(new NewVersion(
                version.SetKey,
                version.VersionId,
                version.Order,
                JsonSerializer.Serialize(new Identity(document.System, document.Value)),
                JsonSerializer.Serialize(translation.Owned)));
        }

        return written;
    }

    private static bool IsLater(DeliveredVersion latest, DocumentVersion version, ClaimedDelivery claim)
    {
        var order = string.CompareOrdinal(latest.Order, version.Order);
        return order > 0 || (order == 0 && latest.Sequence > claim.Sequence);
    }
}
