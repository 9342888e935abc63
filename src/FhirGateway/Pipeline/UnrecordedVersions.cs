using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Pipeline;

/// <summary>
/// Versions that lie on the destination and that the ledger does not know of, or does not know to lie there: it was restored, or their
/// source delivered elsewhere meanwhile. Without them the next version would leave one of them current beside itself, and an older one
/// could take its place.
/// </summary>
public sealed class UnrecordedVersions(ILedger ledger, FhirServer destination, MovedSources moved)
{
    private Task<long?>? _copiedAt;

    /// <summary>Makes the current version on the destination the one before, where the ledger does not know it.</summary>
    internal async Task AddAsync(
        DocumentPast past,
        ClaimedDelivery claim,
        SourceSettings source,
        DocumentVersion version,
        Subject subject,
        CancellationToken cancellationToken)
    {
        // A failure is not kept: the ledger may answer the next time.
        if (_copiedAt is not { IsFaulted: false }) _copiedAt = ledger.CopiedAtAsync(CancellationToken.None);

        // What was delivered since was compared with the destination then.
        var (copiedAt, movedAt) = (await _copiedAt, moved.MovedAt(claim.Source));
        if (copiedAt is null && movedAt is null) return;
        if (past.Current?.Recorded.Sequence > Math.Max(copiedAt ?? 0, movedAt ?? 0)) return;

        // Of versions before a move nobody knows where they lie: an older one may be the current one here.
        var recorded = movedAt is null
            ? await ledger.VersionsAsync(claim.Source, version.SetKey, subject.Chart, cancellationToken)
            : past.Current is { } last ? [last.Recorded] : [];
        var known = recorded.Where(each => each.Document != "null").Select(each => DocumentPast.WrittenOf(each).Document!).ToHashSet();
        var set = new Identity(source.SystemOf("Document"), version.SetKey);
        var unknown = (await destination.MatchesAsync($"DocumentReference?{set.Query}", cancellationToken))
            .Where(found => JsonPointer.FindText(found, "/status") == "current"
                && Subject.Of(found) is { } chart && Subject.AreSame(chart, subject.Chart)
                && VersionIdOf(found) is { } id && id != version.VersionId)
            .Select(found => (Json: found, Document: OwnOf(found, source)))
            .Where(found => found.Document is not null && !known.Contains(found.Document))
            .OrderByDescending(found => OrderOf(found.Json), StringComparer.Ordinal)
            .ToList();
        if (unknown is not [var current, ..]) return;

        var owned = new List<OwnedResource>();
        foreach (var (json, document) in unknown)
        {
            if (json.GetRawText() != current.Json.GetRawText()) owned.Add(document!);
            owned.AddRange(await BesideAsync(json, source, cancellationToken));
        }

        var before = past.Current?.Written;
        owned.AddRange(before?.Needed ?? []);
        var found = new DeliveredVersion(
            "", 0, version.SetKey, VersionIdOf(current.Json)!, OrderOf(current.Json), "null", "[]", subject.Chart, subject.Given, null,
            IsLate: false);

        // What was delivered elsewhere meanwhile may be later than what lies here.
        var isLaterElsewhere = movedAt is not null && past.Current is { Recorded: var elsewhere }
            && VersionOrder.Compare(found.Order, elsewhere.Order, source.ClockTolerance) <= 0;
        past.Current = (
            isLaterElsewhere ? past.Current!.Value.Recorded : found,
            new WrittenVersion(current.Document, before?.Composition, [.. owned.Distinct()]));
    }

    /// <summary>What was written with a document, as far as it ends with it: its Provenance names all.</summary>
    private async Task<IReadOnlyList<OwnedResource>> BesideAsync(
        JsonElement document, SourceSettings source, CancellationToken cancellationToken)
    {
        var owned = new List<OwnedResource>();
        var reference = $"DocumentReference/{JsonPointer.FindText(document, "/id")}";
        var condition = $"Provenance?target={Uri.EscapeDataString(reference)}";
        foreach (var provenance in await destination.MatchesAsync(condition, cancellationToken))
        {
            foreach (var target in Items(provenance, "/target"))
            {
                var named = JsonPointer.FindText(target, "/reference") ?? "";
                if (ResourceLocation.Parse(named) is not { Type: "MedicationStatement" } location) continue;
                var read = await destination.ReadAsync(location, cancellationToken);
                if (read is { IsSuccess: true, Body: { } body } && OwnOf(body, source) is { } resource) owned.Add(resource);
            }
        }

        return owned;
    }

    /// <summary>The resource under the gateway's own name for it; null for one that the gateway did not make for this source.</summary>
    private static OwnedResource? OwnOf(JsonElement resource, SourceSettings source)
    {
        var type = JsonPointer.FindText(resource, "/resourceType")!;
        string[] systems = [source.OwnSystemOf(type), source.WithoutBase(source.OwnSystemOf(type))];
        return Items(resource, "/identifier")
            .Select(identifier => (System: JsonPointer.FindText(identifier, "/system"), Value: JsonPointer.FindText(identifier, "/value")))
            .Where(identifier => systems.Contains(identifier.System) && identifier.Value is { Length: > 0 })
            .Select(identifier => new OwnedResource(type, identifier.System!, identifier.Value!))
            .FirstOrDefault();
    }

    private static List<JsonElement> Items(JsonElement resource, string pointer) =>
        JsonPointer.Find(resource, pointer) is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    private static string? VersionIdOf(JsonElement document) =>
        JsonPointer.FindText(document, "/masterIdentifier/value") is { } urn && urn.StartsWith("urn:uuid:", StringComparison.Ordinal)
            ? urn["urn:uuid:".Length..]
            : null;

    // As the version's own delivery would have recorded it: by the note's date, as long as that is no later than when it was written.
    private static string OrderOf(JsonElement document) => $"{SortableOf(document, "/date")}|{SortableOf(document, "/meta/lastUpdated")}";

    private static string SortableOf(JsonElement document, string pointer) =>
        JsonPointer.FindText(document, pointer) is { } text && Moment.TryParse(text, null, out var moment) ? moment.Sortable : "";
}
