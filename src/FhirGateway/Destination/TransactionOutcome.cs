using System.Globalization;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>What became of a transaction.</summary>
public enum TransactionVerdict
{
    /// <summary>The server answered 2xx and confirmed every entry.</summary>
    Succeeded,

    /// <summary>The server refused it as a whole.</summary>
    Refused,

    /// <summary>The server answered 2xx, but some entries failed: it may have written the others.</summary>
    PartlyFailed,

    /// <summary>The server answered 2xx without saying so for each entry (an empty body, or another number of entries).</summary>
    Unconfirmed,
}

/// <summary>What a server said of one entry.</summary>
/// <param name="Index">The entry's place in the bundle that was sent, from 0.</param>
/// <param name="Status">The entry's HTTP status; null when it has none.</param>
/// <param name="Location">The resource that was written; null when the server doesn't tell.</param>
/// <param name="Issues">The entry's own OperationOutcome.</param>
public sealed record EntryOutcome(int Index, int? Status, ResourceLocation? Location, IReadOnlyList<OutcomeIssue> Issues)
{
    /// <summary>2xx, or 304: an update that changes nothing.</summary>
    public bool Succeeded => Status is >= 200 and < 300 or 304;
}

/// <summary>
/// Reads the answer to a transaction entry by entry (http://hl7.org/fhir/R4/http.html#transaction-response), since some servers
/// answer 200 with failed entries inside, and some with nothing at all.
/// </summary>
/// <param name="Entries">In the order of the bundle that was sent; empty unless the server listed them.</param>
/// <param name="Issues">The issues of the whole answer, then those of failed entries.</param>
public sealed record TransactionOutcome(TransactionVerdict Verdict, IReadOnlyList<EntryOutcome> Entries, IReadOnlyList<OutcomeIssue> Issues)
{
    /// <param name="sent">How many entries the bundle had.</param>
    public static TransactionOutcome Read(FhirResponse response, int sent)
    {
        if (!response.IsSuccess) return new TransactionOutcome(TransactionVerdict.Refused, [], response.Issues);
        if (response.Resource is not Bundle bundle)
        {
            var without = response.Issues.Any(issue => issue.IsError) ? TransactionVerdict.PartlyFailed : TransactionVerdict.Unconfirmed;
            return new TransactionOutcome(without, [], response.Issues);
        }

        var entries = (Lenient.Of(() => bundle.Entry) ?? []).Select(Read).OfType<EntryOutcome>().ToArray();
        var failed = entries.Where(entry => entry.Status is not null && !entry.Succeeded).ToArray();
        var verdict = failed.Length > 0 ? TransactionVerdict.PartlyFailed
            : entries.Length == sent && entries.All(entry => entry.Succeeded) ? TransactionVerdict.Succeeded
            : TransactionVerdict.Unconfirmed;
        return new TransactionOutcome(verdict, entries, [.. failed.SelectMany(entry => entry.Issues)]);
    }

    // Null when nothing is said of the entry.
    private static EntryOutcome? Read(Bundle.EntryComponent? entry, int index)
    {
        var written = Written(entry);
        if (Lenient.Of(() => entry?.Response) is not { } response) return written is null ? null
            : new EntryOutcome(index, null, written, []);
        return new EntryOutcome(
            index,
            Status(Lenient.Of(() => response.Status)),
            ResourceLocation.Parse(Lenient.Of(() => response.Location)) ?? written,
            OutcomeIssue.ReadAll(Lenient.Of(() => response.Outcome)));
    }

    // "201" and "201 Created" are both seen.
    private static int? Status(string? text) =>
        text is { Length: >= 3 } && (text.Length == 3 || text[3] == ' ')
        && int.TryParse(text.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : null;

    // A server that sends no location may send the resource itself.
    private static ResourceLocation? Written(Bundle.EntryComponent? entry)
    {
        if (Lenient.Of(() => entry?.Resource) is not { } resource || resource is OperationOutcome) return null;
        var version = Lenient.Of(() => resource.Meta?.VersionId);
        return ResourceLocation.Parse(
            $"{resource.TypeName}/{Lenient.Of(() => resource.Id)}{(version is null ? "" : $"/_history/{version}")}");
    }
}
