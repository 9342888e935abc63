using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace FhirGateway.Ledger.Sql;

/// <remarks>
/// Most messages bring what nobody knew. Those of a step are found with one question each for all their identities and events, and written
/// together, so that a step costs a store few round trips.
/// </remarks>
public abstract partial class SqlLedger
{
    /// <summary>Writes rows of new messages and deliveries, in their order.</summary>
    private protected abstract void Insert(DbConnection connection, NewRows rows);

    /// <summary>
    /// Tells those messages of a step that neither the ledger nor another of the step has anything in common with, and whose events are
    /// all owed.
    /// </summary>
    private Func<AcceptedHead, bool> NewOnes(DbConnection connection, IReadOnlyList<AcceptedHead> step)
    {
        var messages = Taken(
            connection,
            "message",
            "m.identity = given.second",
            step.Select(message => (message.Source, message.Identity)));
        var events = Taken(
            connection,
            "delivery",
            $"m.event_key = given.second AND m.{EventIsTaken}",
            step.SelectMany(message => message.Deliveries.Select(each => (message.Source, each.EventKey))));
        return message => !messages.Contains((message.Source, message.Identity)) && message.Deliveries.All(
            each => each is { Acknowledged: null, Dead: null } && !events.Contains((message.Source, each.EventKey)));
    }

    /// <summary>Those of the keys, each with its source, that the ledger has, and those that are given twice.</summary>
    private HashSet<(string Source, string Key)> Taken(
        DbConnection connection, string table, string match, IEnumerable<(string Source, string Key)> keys)
    {
        var (once, taken) = (new HashSet<(string Source, string Key)>(), new HashSet<(string Source, string Key)>());
        foreach (var key in keys)
        {
            if (!once.Add(key)) taken.Add(key);
        }

        // A look-up for each that is given, so that none but the unique index can serve.
        var given = JsonSerializer.Serialize(once.Select(key => new[] { key.Source, key.Key }));
        taken.UnionWith(connection.Query<(string, string)>(
            $"""
            SELECT given.first, given.second FROM ({PairsOf(nameof(given))}) AS given CROSS JOIN {table} m
            WHERE m.source = given.first AND {match}
            """,
            new { given }));
        return taken;
    }

    private Recorded RecordNew(NewRows rows, AcceptedHead message)
    {
        rows.Add(message);
        var deliveries = message.Deliveries.Select(each => Begin(rows, message, each, holder: null, hasChanged: false)).ToList();
        return new Recorded(message.Id, Duplicate: false, deliveries) { AcceptedAs = message.Id };
    }
}
