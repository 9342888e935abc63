using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Sources;

namespace FhirGateway.Pipeline;

/// <summary>Versions that the first release delivered: which document they belong to, and what of them is on the destination.</summary>
public sealed class FormerKeys(ILedger ledger, FhirServer destination)
{
    // Of names that differed in signs only, the first release made one: some of its versions belong to another document.
    private const int MostVersionsLookedAt = 50;

    /// <summary>Receipts, each read once.</summary>
    public FormerReceipts Receipts() => new(ledger, destination);

    /// <summary>The first release's latest version of a document; null when it delivered none.</summary>
    public async Task<(DeliveredVersion Recorded, FormerVersion Now)?> LatestAsync(
        ClaimedDelivery claim, Source source, DocumentVersion version, CancellationToken cancellationToken)
    {
        foreach (var setKey in version.FormerSetKeys.Prepend(version.SetKey))
        {
            var versions = await ledger.VersionsAsync(claim.Source, setKey, null, cancellationToken);
            foreach (var recorded in versions.Where(each => each.DeliveryId != claim.Id).Take(MostVersionsLookedAt))
            {
                if (await IsOfAsync(recorded, source, version, cancellationToken))
                    return (recorded, await VersionAsync(recorded, source.Settings, cancellationToken));
            }
        }

        return null;
    }

    /// <summary>What a version that the first release recorded wrote, as far as it is still there.</summary>
    public async Task<FormerVersion> VersionAsync(DeliveredVersion recorded, SourceSettings source, CancellationToken cancellationToken)
    {
        var receipts = Receipts();
        var identity = JsonSerializer.Deserialize<Identity>(recorded.Document)!;
        var shared = new Identity(source.FormerSystemOf("Document"), recorded.SetKey);
        var (document, chart) = await FindAsync(OwnedResource.Of("DocumentReference", identity));
        var (composition, chartOfComposition) = await FindAsync(OwnedResource.Of("Composition", shared));

        // The document's name was the vendor's, and somebody else may have written it since; the Composition's was the gateway's own.
        if (chartOfComposition is not null && !AreSame(chart, chartOfComposition)) document = null;
        chart = chartOfComposition ?? chart;
        var owned = new List<OwnedResource>();
        foreach (var each in JsonSerializer.Deserialize<List<OwnedResource>>(recorded.Owned)!)
        {
            if (await FindAsync(each) is ({ } there, var of) && AreSame(of, chart)) owned.Add(there);
        }

        return new FormerVersion(new WrittenVersion(document, composition, owned), chart);

        Task<(OwnedResource? Resource, string? Chart)> FindAsync(OwnedResource resource) =>
            receipts.FindAsync(resource, [recorded.DeliveryId], cancellationToken);
    }

    /// <summary>Whether a recorded version is one of this document: as its message is read today.</summary>
    private async Task<bool> IsOfAsync(
        DeliveredVersion recorded, Source source, DocumentVersion version, CancellationToken cancellationToken)
    {
        if ((await ledger.DeliveryAsync(recorded.DeliveryId, cancellationToken))?.Delivery is not { } delivery) return false;
        if (await ledger.MessageBodyAsync(delivery.MessageId, cancellationToken) is not { } body) return false;
        var happened = source.Vendor.Read(body, source.Settings).Find(delivery.EventKey);
        if (happened is not { Problems: [], Acknowledged: null }) return recorded.SetKey == version.SetKey;

        // Where only a correlation tells the document, the recorded key is all there is; such keys were never names for people.
        var own = source.Vendor.IntentOf(happened, source.Settings, delivery.ReceivedAt).Version;
        return own is null || own.SetKey == version.SetKey || own.SetKey == $"version:{own.VersionId}";
    }

    private static bool AreSame(string? one, string? other) => one is not null && other is not null && Subject.AreSame(one, other);
}

/// <summary>A version that the first release delivered, as it lies on the destination.</summary>
/// <param name="Chart">Whose it is now; null when nothing of it is there.</param>
public sealed record FormerVersion(WrittenVersion Written, string? Chart);
