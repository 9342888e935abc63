using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Pipeline;

/// <summary>
/// Finds what deliveries wrote by their receipts. The first release named resources by the vendor's own ids, which others use, too: a
/// resource of such a name is the gateway's only if the receipt of the delivery names it.
/// </summary>
public sealed class FormerReceipts(ILedger ledger, FhirServer destination)
{
    private readonly Dictionary<string, HashSet<string>> _written = new(StringComparer.Ordinal);

    /// <summary>The one resource of a former name that one of these deliveries wrote, with its id, and whose it is now.</summary>
    /// <returns>Nulls when it is not there, or when it is not certain which it is.</returns>
    public async Task<(OwnedResource? Resource, string? Chart)> FindAsync(
        OwnedResource former, IEnumerable<string> deliveryIds, CancellationToken cancellationToken)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in deliveryIds) written.UnionWith(await WrittenByAsync(id, cancellationToken));
        if (written.Count == 0) return (null, null);

        var found = await destination.MatchesAsync(former.Condition, cancellationToken);
        var ours = found.Where(each => written.Contains($"{former.ResourceType}/{JsonPointer.FindText(each, "/id")}")).ToList();
        return ours is [var only] ? (former with { Id = JsonPointer.FindText(only, "/id") }, Subject.Of(only)) : (null, null);
    }

    /// <summary>What one of these deliveries wrote, with its id, as it is read where the receipt says that it is.</summary>
    /// <returns>Null when it is not there any more.</returns>
    /// <exception cref="NoSearchResultException">The destination does not say whether it is there.</exception>
    public async Task<OwnedResource?> ReadAsync(
        OwnedResource written, IEnumerable<string> deliveryIds, CancellationToken cancellationToken)
    {
        var condition = Condition.Parse(written.Condition)!;
        foreach (var id in deliveryIds)
        {
            foreach (var reference in await WrittenByAsync(id, cancellationToken))
            {
                if (ResourceLocation.Parse(reference) is not { } location || location.Type != written.ResourceType) continue;
                var read = await destination.ReadAsync(location, cancellationToken);
                if (read is { IsSuccess: false, Status: not (404 or 410) }) throw new NoSearchResultException(read);
                if (read is { IsSuccess: true, Body: { } body } && condition.IsMetBy(body)) return written with { Id = location.Id };
            }
        }

        return null;
    }

    private async Task<HashSet<string>> WrittenByAsync(string deliveryId, CancellationToken cancellationToken)
    {
        if (_written.TryGetValue(deliveryId, out var known)) return known;
        var written = _written[deliveryId] = new HashSet<string>(StringComparer.Ordinal);
        if ((await ledger.DeliveryAsync(deliveryId, cancellationToken))?.Delivery.Receipt is not { } receipt) return written;
        if (JsonPointer.Find(JsonElement.Parse(receipt), "/resources") is not { ValueKind: JsonValueKind.Array } resources) return written;
        foreach (var resource in resources.EnumerateArray())
        {
            if (JsonPointer.FindText(resource, "/reference") is { } reference) written.Add(reference);
        }

        return written;
    }
}
