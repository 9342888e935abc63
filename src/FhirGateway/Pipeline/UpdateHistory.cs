using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;

namespace FhirGateway.Pipeline;

/// <summary>What the ledger knows of resources that are updated in place: as what they were written, for whom, by which event.</summary>
public sealed class UpdateHistory(ILedger ledger, FhirServer destination, FormerKeys former)
{
    /// <summary>
    /// What a translation must know of the resources that it updates, by set key. Those that were never written, or as they would be today
    /// and by no later event, are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, RecordedUpdate>> OfAsync(
        ClaimedDelivery claim, SourceSettings source, Subject? subject, IReadOnlyList<Update> updates, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, RecordedUpdate>(StringComparer.Ordinal);
        if (updates.Count == 0) return known;
        var setKeys = updates.Select(update => update.Version.SetKey).ToList();
        var own = claim.Attempt == 1 ? [] : await ledger.VersionsOfAsync(claim.Id, cancellationToken);
        var latest = await ledger.LatestVersionsAsync(claim.Source, setKeys, claim.Id, cancellationToken);
        var rows = own.Concat(latest).ToLookup(each => each.SetKey, StringComparer.Ordinal);
        var reading = new Reading(claim, source, subject?.Chart ?? "", former.Receipts());
        foreach (var update in updates)
        {
            var recorded = await OfAsync(reading, update, [.. rows[update.Version.SetKey]], cancellationToken);
            var isNamedSo = recorded.Resource is null || recorded.Resource == update.Resource;
            if (!isNamedSo || recorded is not { IsLater: false, Chart: null }) known[update.Version.SetKey] = recorded;
        }

        return known;
    }

    /// <summary>What the ledger must know of updates that were made.</summary>
    public static IEnumerable<NewVersion> Written(Subject? subject, IReadOnlyList<Update> updates) => updates
        .Select(update => (update.Version, Resource: JsonSerializer.Serialize(update.Resource)))
        .Select(update => new NewVersion(update.Version.SetKey, update.Version.VersionId, update.Version.Order, update.Resource, "[]")
        {
            Subject = subject?.Chart ?? "",
            SubjectAsGiven = subject?.Given,
        });

    private async Task<RecordedUpdate> OfAsync(
        Reading reading, Update update, IReadOnlyList<DeliveredVersion> rows, CancellationToken cancellationToken)
    {
        var mine = rows.Where(row => row.Subject == reading.Chart).ToLookup(row => row.DeliveryId == reading.Claim.Id);
        var current = mine[false].FirstOrDefault();
        if ((mine[true].FirstOrDefault() ?? current) is { } written)
            return new RecordedUpdate(current is not null && IsLater(current, update, reading), ResourceOf(written));

        // A resource of that name in another chart stays there, unless its patient is the same by now.
        if (rows.Any(row => row.Subject is not null && ResourceOf(row) == update.Resource)
            && !await destination.LiesInAsync(update.Resource.Condition, reading.Chart, cancellationToken))
        {
            return new RecordedUpdate(false, null, reading.Chart);
        }

        return await FormerAsync(reading, update, [.. rows.Where(row => row.Subject is null)], cancellationToken);
    }

    /// <summary>As what the first release wrote it, if it did and for this chart.</summary>
    private static async Task<RecordedUpdate> FormerAsync(
        Reading reading, Update update, IReadOnlyList<DeliveredVersion> rows, CancellationToken cancellationToken)
    {
        var unknown = new RecordedUpdate(false, null);
        var (claim, receipts) = (reading.Claim, reading.Receipts);
        if (rows.Count == 0 && !claim.HasFormerKeys) return unknown;
        var other = rows.FirstOrDefault(row => row.DeliveryId != claim.Id);
        var deliveries = rows.Select(row => row.DeliveryId).Append(claim.Id).Distinct();
        var (there, chart) = await receipts.FindAsync(update.Former, deliveries, cancellationToken);
        if (there is null || chart is null || !Subject.AreSame(chart, reading.Chart)) return unknown;
        return new RecordedUpdate(other is not null && IsLater(other, update, reading), there);
    }

    private static bool IsLater(DeliveredVersion recorded, Update update, Reading reading) =>
        VersionHistory.IsLater(recorded, update.Version, reading.Claim, reading.Source);

    private static OwnedResource? ResourceOf(DeliveredVersion recorded) =>
        recorded.Subject is null ? null : JsonSerializer.Deserialize<OwnedResource>(recorded.Document);

    private sealed record Reading(ClaimedDelivery Claim, SourceSettings Source, string Chart, FormerReceipts Receipts);
}
