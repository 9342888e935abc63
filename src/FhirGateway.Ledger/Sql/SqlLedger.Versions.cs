using System.Data.Common;
using Dapper;
using FhirGateway.Ledger.Protection;

namespace FhirGateway.Ledger.Sql;

/// <remarks>Which versions of which documents were delivered, and for whom.</remarks>
public abstract partial class SqlLedger
{
    // SQLite binds a limited number of parameters to a statement.
    private const int KeysPerQuery = 500;

    private const string SelectVersion = """
        SELECT delivery_id, delivery_sequence AS sequence, set_key, version_id, version_order AS "order", document, owned, subject,
               subject_as_given, composition, place, place IS NULL AS is_late
        FROM version
        """;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeliveredVersion>> LatestVersionsAsync(
        string source,
        IReadOnlyCollection<string> setKeys,
        string? excludingDeliveryId = null,
        CancellationToken cancellationToken = default) =>
        await ReadAsync<IReadOnlyList<DeliveredVersion>>(
            connection => [.. setKeys.Chunk(KeysPerQuery).SelectMany(keys => connection.Query<VersionRow>(
                $"""
                SELECT * FROM (
                    SELECT latest.*, row_number() OVER (
                        PARTITION BY set_key, subject ORDER BY place DESC NULLS LAST, sequence DESC) AS number
                    FROM ({SelectVersion} WHERE source = @source AND set_key {Among("keys")} AND ended IS NULL AND delivery_id <> @excluded)
                        AS latest) AS numbered
                WHERE number = 1
                """,
                new { source, keys, excluded = excludingDeliveryId ?? "" })).Select(row => row.ToVersion(_seal))],
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveredVersion>> VersionsAsync(
        string source, string setKey, string? subject, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<DeliveredVersion>>(
            connection => [.. connection.Query<VersionRow>(
                $"""
                {SelectVersion} WHERE source = @source AND set_key = @setKey AND subject IS NOT DISTINCT FROM @subject AND ended IS NULL
                ORDER BY place DESC NULLS LAST, delivery_sequence DESC
                """,
                new { source, setKey, subject }).Select(row => row.ToVersion(_seal))],
            cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveredVersion>> VersionsOfAsync(string deliveryId, CancellationToken cancellationToken = default) =>
        ReadAsync<IReadOnlyList<DeliveredVersion>>(
            connection => [.. connection
                .Query<VersionRow>($"{SelectVersion} WHERE delivery_id = @deliveryId AND ended IS NULL", new { deliveryId })
                .Select(row => row.ToVersion(_seal))],
            cancellationToken);

    /// <param name="hasVersions">Whether this delivery wrote versions before that count.</param>
    private void ReplaceVersions(
        DbConnection connection,
        ClaimedDelivery claim,
        IReadOnlyList<NewVersion> versions,
        IReadOnlyList<EndedVersions> ended,
        bool hasVersions)
    {
        var touched = hasVersions || ended.Count > 0 ? Touched(connection, claim, ended) : [];
        foreach (var each in ended)
        {
            connection.Execute(
                """
                UPDATE version SET ended = @Why
                WHERE source = @Source AND set_key = @SetKey AND subject = @Subject AND ended IS NULL
                    AND delivery_id = coalesce(@DeliveryId, delivery_id)
                """,
                new { each.Why, claim.Source, each.SetKey, each.Subject, each.DeliveryId });
        }

        // What this delivery wrote before for somebody else stands, unless it was just ended.
        if (hasVersions)
        {
            var subjects = versions.Select(version => version.Subject).Distinct().ToList();
            connection.Execute(
                versions.Count == 0
                    ? "DELETE FROM version WHERE delivery_id = @Id AND ended IS NULL"
                    : $"DELETE FROM version WHERE delivery_id = @Id AND ended IS NULL AND (subject IS NULL OR subject {Among("subjects")})",
                new { claim.Id, subjects });
        }

        foreach (var version in versions)
        {
            connection.Execute(
                """
                INSERT INTO version (delivery_id, delivery_sequence, source, set_key, version_id, version_order, place, document, owned,
                    composition, subject, subject_as_given)
                VALUES (@Id, @Sequence, @Source, @SetKey, @VersionId, @Order,
                    CASE WHEN @IsLate THEN NULL ELSE
                        (SELECT coalesce(max(place), 0) + 1 FROM version
                         WHERE source = @Source AND set_key = @SetKey AND subject = @Subject) END,
                    @Document, @Owned, @Composition, @Subject, @SubjectAsGiven)
                """,
                new
                {
                    claim.Id,
                    claim.Sequence,
                    claim.Source,
                    version.SetKey,
                    version.VersionId,
                    version.Order,
                    version.IsLate,
                    Document = _seal.Close(version.Document),
                    Owned = _seal.Close(version.Owned),
                    Composition = _seal.Close(version.Composition),
                    version.Subject,
                    SubjectAsGiven = _seal.Close(version.SubjectAsGiven),
                });
        }

        foreach (var document in touched) BringBack(connection, claim, document);
    }

    /// <summary>The documents of which versions may cease to count, each with the delivery that wrote its current one.</summary>
    private static List<CurrentVersion> Touched(DbConnection connection, ClaimedDelivery claim, IReadOnlyList<EndedVersions> ended)
    {
        var written = connection.Query<(string SetKey, string Subject)>(
            "SELECT set_key, subject FROM version WHERE delivery_id = @Id AND subject IS NOT NULL AND ended IS NULL", new { claim.Id });
        var documents = written.Concat(ended.Select(each => (each.SetKey, each.Subject))).Distinct();
        return
        [
            .. documents.SelectMany(document => connection.Query<CurrentVersion>(
                """
                SELECT set_key AS SetKey, subject AS Subject, delivery_id AS DeliveryId FROM version
                WHERE source = @Source AND set_key = @SetKey AND subject = @Subject AND ended IS NULL AND place IS NOT NULL
                ORDER BY place DESC LIMIT 1
                """,
                new { claim.Source, document.SetKey, document.Subject })),
        ];
    }

    /// <summary>
    /// Where the current version of a document counts no more and others are left, the last of them is current again: what had taken its
    /// place belonged elsewhere. It goes out once more, and with it those that came late, any of which may be later.
    /// </summary>
    private void BringBack(DbConnection connection, ClaimedDelivery claim, CurrentVersion former)
    {
        var left = connection.Query<(string DeliveryId, bool IsLate)>(
            """
            SELECT delivery_id, place IS NULL FROM version
            WHERE source = @Source AND set_key = @SetKey AND subject = @Subject AND ended IS NULL
            ORDER BY place DESC NULLS LAST
            """,
            new { claim.Source, former.SetKey, former.Subject }).AsList();
        if (left.Exists(version => version.DeliveryId == former.DeliveryId)) return;
        foreach (var (id, _) in left.Where((version, index) => (index == 0 || version.IsLate) && version.DeliveryId != claim.Id))
        {
            const string reason = "the version that had taken its place does not belong to this document: it goes out again";
            switch (Find(connection, id))
            {
                case null:
                    StrandForgotten(claim.Source, id, reason);
                    break;
                case { State: DeliveryState.Delivered }:
                    GoAgain(connection, id, "brought back", reason);
                    break;
            }
        }
    }

    private sealed record CurrentVersion(string SetKey, string Subject, string DeliveryId);

    private sealed class VersionRow
    {
        public required string DeliveryId { get; init; }
        public long Sequence { get; init; }
        public required string SetKey { get; init; }
        public required string VersionId { get; init; }
        public required string Order { get; init; }
        public required string Document { get; init; }
        public required string Owned { get; init; }
        public string? Subject { get; init; }
        public string? SubjectAsGiven { get; init; }
        public string? Composition { get; init; }
        public bool IsLate { get; init; }

        public DeliveredVersion ToVersion(Seal seal) => new(
            DeliveryId, Sequence, SetKey, VersionId, Order, seal.Open(Document)!, seal.Open(Owned)!, Subject, seal.Open(SubjectAsGiven),
            seal.Open(Composition), IsLate);
    }
}
