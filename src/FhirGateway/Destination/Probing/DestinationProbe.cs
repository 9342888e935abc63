using System.Globalization;
using System.Security.Cryptography;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;
using Task = System.Threading.Tasks.Task;

namespace FhirGateway.Destination.Probing;

/// <summary>
/// Finds out what a destination does with what notes are written by, before a note is: on Devices of nobody. A sound server refuses the
/// first two transactions and keeps nothing of them; what the others write is deleted at the end.
/// </summary>
/// <param name="system">The identifier system of probes.</param>
internal sealed class DestinationProbe(FhirServer destination, string system, TimeProvider clock)
{
    // A server may index what it took a moment later: what is not found yet shows nothing.
    private const int Looks = 5;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    // Another gateway's probe may be at work.
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromHours(1);

    /// <summary>Probes.</summary>
    /// <param name="run">Names what it writes: of an earlier probe whose Devices could not be deleted, or a new name.</param>
    /// <exception cref="FhirRequestException">The destination gave no answer to the first question: nothing was sent.</exception>
    public async Task<ProbeResult> RunAsync(string run, CancellationToken cancellationToken)
    {
        var (entries, written) = (new ProbeEntries(system, run), new HashSet<string>(StringComparer.Ordinal));
        var result = new ProbeResult(clock.GetUtcNow());
        written.UnionWith(await LeftBehindAsync(entries, cancellationToken));
        try
        {
            result = result with { UnmatchedReferences = await UnmatchedAsync(entries, written, cancellationToken) };
            var (updates, first, second) = await UpdatesAsync(entries, written, cancellationToken);
            result = result with { ConditionalUpdates = updates };
            if (second is not null)
                result = result with { ConditionalCreates = await CreatesAsync(entries, second, written, cancellationToken) };
            result = result with { ClientIds = await OwnIdAsync(entries, run, written, cancellationToken) };
            if ((first ?? second) is { } there) result = result with { Patches = await PatchesAsync(there, cancellationToken) };
            result = result with
            {
                WholeTransactions = await WholeAsync(entries, result.Patches == Seen.Does, written, cancellationToken),
            };
            return result with { Left = await TidyAsync(written, cancellationToken) };
        }
        catch (FhirRequestException)
        {
            return result with { IsCutOff = true };
        }
    }

    private static string NewMark() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>What probes that were cut off left.</summary>
    private async Task<IEnumerable<string>> LeftBehindAsync(ProbeEntries entries, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - LeftBehindAfter;
        var found = await destination.FindAsync(entries.AnyQuery, cancellationToken);
        return (found.Matches ?? [])
            .Where(match => Json.Property(match, "meta") is { } meta
                && DateTimeOffset.TryParse(Json.Text(meta, "lastUpdated"), CultureInfo.InvariantCulture, out var at) && at < before)
            .Select(match => $"Device/{Json.Text(match, "id")}");
    }

    private async Task<Seen> UnmatchedAsync(ProbeEntries entries, HashSet<string> written, CancellationToken cancellationToken)
    {
        var sent = await SendAsync([entries.CreateReferring("referring", NewMark())], written, cancellationToken);
        return sent.Refuses ? Seen.Does : sent.Succeeds ? Seen.Pretends : Seen.Nothing;
    }

    // What a server does not know is refused before anything is tried, and shows nothing: where there is no patch, another entry fails.
    private async Task<Seen> WholeAsync(
        ProbeEntries entries, bool patches, HashSet<string> written, CancellationToken cancellationToken)
    {
        var mark = NewMark();
        var impossible = patches ? ProbeEntries.Patch(null) : entries.PutToAnotherVersion("impossible", mark);
        var sent = await SendAsync([entries.Put("whole", mark), impossible], written, cancellationToken);
        if (sent.Succeeds) return Seen.Nothing;
        if (sent.Outcome.Verdict == TransactionVerdict.PartlyFailed) return Seen.Pretends;
        var isThere = (await destination.FindAsync(entries.Named("whole"), cancellationToken)).Matches?
            .Where(match => Json.Text(match, "lotNumber") == mark).Select(match => $"Device/{Json.Text(match, "id")}").ToList();
        written.UnionWith(isThere ?? []);
        return isThere is { Count: > 0 } ? Seen.Pretends : isThere is not null && sent.Refuses ? Seen.Does : Seen.Nothing;
    }

    private async Task<(Seen Seen, string? First, string? Second)> UpdatesAsync(
        ProbeEntries entries, HashSet<string> written, CancellationToken cancellationToken)
    {
        var mark = NewMark();
        var sent = await SendAsync([entries.Put("first", mark), entries.Put("second", mark)], written, cancellationToken);
        if (!sent.Succeeds) return (sent.Refuses ? Seen.Refuses : Seen.Nothing, null, null);
        string? first = null, second = null;
        var isAnswered = false;
        for (var look = 1; look <= Looks && (first is null || second is null); look++)
        {
            if (look > 1) await Task.Delay(BetweenLooks, clock, cancellationToken);
            (first, var firstAnswered) = await LookAsync(entries, "first", mark, written, cancellationToken);
            (second, var secondAnswered) = await LookAsync(entries, "second", mark, written, cancellationToken);
            isAnswered = firstAnswered && secondAnswered;
        }

        var seen = (first ?? second) is null || !isAnswered ? Seen.Nothing
            : first is null || second is null ? Seen.Pretends
            : Seen.Does;
        return (seen, first, second);
    }

    private async Task<Seen> CreatesAsync(
        ProbeEntries entries, string there, HashSet<string> written, CancellationToken cancellationToken)
    {
        var sent = await SendAsync([entries.Create("second", NewMark())], written, cancellationToken);
        if (!sent.Succeeds) return sent.Refuses ? Seen.Refuses : Seen.Nothing;
        if (sent.Outcome.Entries is not [{ Location: { } location }]) return Seen.Nothing;
        if (location.ToString() == there) return Seen.Does;

        // What is named is there only where it was created.
        return (await destination.ReadAsync(location, cancellationToken)).IsSuccess ? Seen.Pretends : Seen.Nothing;
    }

    private async Task<Seen> OwnIdAsync(ProbeEntries entries, string run, HashSet<string> written, CancellationToken cancellationToken)
    {
        var mark = NewMark();
        var id = new Guid(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(system + run)).AsSpan(0, 16)).ToString("D");
        var sent = await SendAsync([entries.PutTo(id, "own-id", mark)], written, cancellationToken);
        if (!sent.Succeeds) return sent.Refuses ? Seen.Refuses : Seen.Nothing;
        written.Add($"Device/{id}");
        var read = await destination.ReadAsync(new ResourceLocation("Device", id, null), cancellationToken);
        return read.Body is { } body && Json.Text(body, "lotNumber") == mark ? Seen.Does
            : read.Status is 404 or 410 && sent.Outcome.Entries is [{ Location: not null }] ? Seen.Pretends
            : Seen.Nothing;
    }

    private async Task<Seen> PatchesAsync(string location, CancellationToken cancellationToken)
    {
        var sent = await SendAsync([ProbeEntries.Patch(location.Split('/')[1])], [], cancellationToken);
        if (!sent.Succeeds) return sent.Refuses ? Seen.Refuses : Seen.Nothing;
        var read = await destination.ReadAsync(ResourceLocation.Parse(location)!, cancellationToken);
        return read is not { IsSuccess: true, Body: { } body } ? Seen.Nothing
            : Json.Text(body, "status") == "inactive" ? Seen.Does
            : Seen.Pretends;
    }

    /// <summary>Deletes what was written.</summary>
    /// <returns>What the destination does not let the gateway delete.</returns>
    private async Task<IReadOnlyList<string>> TidyAsync(HashSet<string> written, CancellationToken cancellationToken)
    {
        if (written.Count == 0) return [];
        var sent = await SendAsync([.. written.Order(StringComparer.Ordinal).Select(ProbeEntries.Delete)], [], cancellationToken);
        return sent.Succeeds ? [] : [.. written.Order(StringComparer.Ordinal)];
    }

    /// <returns>Where it is, null when it is not there; and whether the search was answered at all.</returns>
    private async Task<(string? Location, bool IsAnswered)> LookAsync(
        ProbeEntries entries, string name, string mark, HashSet<string> written, CancellationToken cancellationToken)
    {
        var matches = (await destination.FindAsync(entries.Named(name), cancellationToken)).Matches;
        var location = matches?.Where(match => Json.Text(match, "lotNumber") == mark)
            .Select(match => $"Device/{Json.Text(match, "id")}").FirstOrDefault();
        if (location is not null) written.Add(location);
        return (location, matches is not null);
    }

    /// <summary>Sends entries as a transaction, and notes what the answer says that it wrote.</summary>
    private async Task<Sent> SendAsync(
        IReadOnlyList<Bundle.EntryComponent> entries, HashSet<string> written, CancellationToken cancellationToken)
    {
        var bundle = new Bundle { Type = Bundle.BundleType.Transaction, Entry = [.. entries] };
        var answer = await destination.TryTransactionAsync(ResourceJson.Write(bundle), cancellationToken);
        var outcome = TransactionOutcome.Read(answer, entries.Count);
        written.UnionWith(outcome.Entries.Where(entry => entry.Succeeded).Select(entry => entry.Location)
            .OfType<ResourceLocation>().Where(location => location.Type == "Device").Select(location => location.ToString()));
        return new Sent(answer, outcome);
    }

    private sealed record Sent(FhirResponse Answer, TransactionOutcome Outcome)
    {
        /// <summary>All of it, as far as the answer says.</summary>
        public bool Succeeds => Outcome.Verdict is TransactionVerdict.Succeeded or TransactionVerdict.Unconfirmed;

        /// <summary>For what it holds, by the server's own words: not for who asks, nor since it is busy.</summary>
        public bool Refuses => Outcome.Verdict == TransactionVerdict.Refused
            ? Outcome.Issues.Count > 0 && IsAboutContent(Answer.Status)
            : Outcome.Verdict == TransactionVerdict.PartlyFailed
                && Outcome.Entries.All(entry => entry.Succeeded || IsAboutContent(entry.Status ?? 500));

        private static bool IsAboutContent(int status) => status is 400 or 404 or 405 or 409 or 410 or 412 or 422 or 501;
    }
}
