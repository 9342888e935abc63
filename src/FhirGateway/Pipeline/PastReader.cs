using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Sources;

namespace FhirGateway.Pipeline;

/// <summary>Finds what was delivered of one document before: in the subject's chart, and in others.</summary>
internal sealed class PastReader(
    ILedger ledger,
    FhirServer destination,
    FormerKeys former,
    ClaimedDelivery claim,
    Source source,
    DocumentVersion version,
    Subject subject)
{
    private readonly DocumentPast _past = new();

    public async Task<DocumentPast> ReadAsync(CancellationToken cancellationToken)
    {
        // Asked at once, and only of what can be there: a delivery that is tried for the first time has written nothing.
        var recorded = claim.Attempt == 1 ? [] : await ledger.VersionsOfAsync(claim.Id, cancellationToken);
        var known = await ledger.LatestVersionsAsync(
            claim.Source, [version.SetKey, .. version.FormerSetKeys], claim.Id, cancellationToken);
        List<DeliveredVersion> latest = [.. known.Where(each => each.SetKey == version.SetKey)];
        List<DeliveredVersion> own = [.. recorded.Where(each => each.Document != "null")];

        _past.WrittenBy.UnionWith(recorded.Concat(latest).Select(each => each.DeliveryId));

        foreach (var current in latest.Where(each => IsMine(each) && !each.IsLate))
        {
            _past.Current = (current, DocumentPast.WrittenOf(current));
        }

        foreach (var each in own.Where(IsMine)) await AddOwnAsync(each, cancellationToken);

        // What this delivery wrote itself for somebody else stands in the way, whatever document it was then.
        foreach (var each in own.Where(IsOthers)) await AddOtherAsync(each, claim.Id, [each], cancellationToken);
        if (!latest.Any(IsMine) && !own.Exists(each => IsMine(each) && each.SetKey == version.SetKey))
        {
            foreach (var each in latest.Where(IsOthers))
            {
                var all = await ledger.VersionsAsync(claim.Source, each.SetKey, each.Subject, cancellationToken);
                await AddOtherAsync(each, null, [.. all.Where(one => one.DeliveryId != claim.Id)], cancellationToken);
            }
        }

        foreach (var each in own.Where(each => each.Subject is null)) await AddOwnFormerAsync(each, cancellationToken);
        if (latest.TrueForAll(each => each.Subject is null) && known.Any(each => each.Subject is null))
            await AddFormerAsync(cancellationToken);
        return _past;
    }

    private bool IsMine(DeliveredVersion recorded) => recorded.Subject == subject.Chart;

    private bool IsOthers(DeliveredVersion recorded) => recorded.Subject is not null && !IsMine(recorded);

    /// <summary>What this delivery wrote before for the same subject. As part of another document, it is in the wrong place now.</summary>
    private async Task AddOwnAsync(DeliveredVersion recorded, CancellationToken cancellationToken)
    {
        var written = DocumentPast.WrittenOf(recorded);
        if (recorded.SetKey == version.SetKey)
        {
            _past.Before = written;
            return;
        }

        _past.Before ??= written with { Composition = null };
        var there = await ledger.VersionsAsync(claim.Source, recorded.SetKey, recorded.Subject, cancellationToken);
        if (written.Composition is { } composition && there is [var current, ..] && current.DeliveryId == claim.Id)
        {
            _past.Misplaced.Add(composition);
        }
    }

    /// <summary>Versions in another chart; unless that chart is the subject's own by now.</summary>
    /// <param name="deliveryId">This delivery, where it wrote them itself; null for all that were delivered there.</param>
    private async Task AddOtherAsync(
        DeliveredVersion recorded, string? deliveryId, IReadOnlyList<DeliveredVersion> all, CancellationToken cancellationToken)
    {
        var written = DocumentPast.WrittenOf(recorded);
        if (recorded.SubjectAsGiven == subject.Given && await IsMineByNowAsync(written, cancellationToken))
        {
            if (deliveryId is not null) _past.Before ??= written;
            else if (!recorded.IsLate) _past.Current ??= (recorded, written);
            _past.Continued.Add(new EndedVersions(recorded.SetKey, recorded.Subject!, "continued", deliveryId));
            return;
        }

        _past.WrittenBy.UnionWith(all.Select(each => each.DeliveryId));
        _past.Others.Add(new OtherChart(
            recorded.Subject!,
            recorded.SubjectAsGiven,
            [.. all.SelectMany(each => DocumentPast.AllOf(DocumentPast.WrittenOf(each)))],
            [new EndedVersions(recorded.SetKey, recorded.Subject!, "corrected", deliveryId)],
            [.. all.Select(each => each.DeliveryId)]));
    }

    /// <summary>Whether a document lies in the subject's chart today, or nowhere: patients are merged, and servers are moved.</summary>
    private async Task<bool> IsMineByNowAsync(WrittenVersion written, CancellationToken cancellationToken) =>
        written.Document is not { } document || await destination.LiesInAsync(document.Condition, subject.Chart, cancellationToken);

    /// <summary>What this delivery wrote when the first release delivered it.</summary>
    private async Task AddOwnFormerAsync(DeliveredVersion recorded, CancellationToken cancellationToken)
    {
        var now = await former.VersionAsync(recorded, source.Settings, cancellationToken);
        if (IsOthers(now)) AddOther(recorded, now);
        else _past.Before ??= now.Written;
    }

    /// <summary>What the first release delivered of the document, as long as nothing was delivered of it since.</summary>
    private async Task AddFormerAsync(CancellationToken cancellationToken)
    {
        if (await former.LatestAsync(claim, source, version, cancellationToken) is not var (recorded, now)) return;
        if (IsOthers(now)) AddOther(recorded, now);
        else _past.Current ??= (recorded, now.Written);
    }

    private bool IsOthers(FormerVersion version) => version.Chart is not null && !Subject.AreSame(version.Chart, subject.Chart);

    private void AddOther(DeliveredVersion recorded, FormerVersion version) => _past.Others.Add(
        new OtherChart(version.Chart!, null, [.. DocumentPast.AllOf(version.Written)], [], [recorded.DeliveryId]));
}
