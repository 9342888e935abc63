using FhirGateway.Mapping;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>A transaction that was refused, wholly or in part.</summary>
/// <param name="Outcome">What the answer says of each entry, and its issues.</param>
/// <param name="Sent">The entries that were sent in it.</param>
/// <param name="Prepared">The whole that they are of.</param>
public sealed record Refusal(
    FhirResponse Answer,
    TransactionOutcome Outcome,
    IReadOnlyList<Bundle.EntryComponent> Sent,
    PreparedBundle Prepared,
    AttemptFacts Attempt)
{
    /// <summary>
    /// The status that counts: of entries that failed, what may pass is waited for first. Sent again, the bundle shows whether the rest
    /// fails still.
    /// </summary>
    public int Status { get; } = Outcome.Verdict == TransactionVerdict.Refused ? Answer.Status : WorstOf(Outcome.Entries);

    /// <inheritdoc cref="TransactionOutcome.Issues"/>
    public IReadOnlyList<OutcomeIssue> Issues => Outcome.Issues;

    /// <summary>Some of it is done.</summary>
    public bool IsPartial => Outcome.Verdict == TransactionVerdict.PartlyFailed && Outcome.Entries.Any(entry => entry.Succeeded);

    private static int WorstOf(IReadOnlyList<EntryOutcome> entries)
    {
        var failed = entries.Where(entry => !entry.Succeeded).Select(entry => entry.Status ?? 500).ToList();
        return failed.Count == 0 ? 500 : failed.Contains(409) ? 409 : failed.Max();
    }
}

/// <summary>Decides what becomes of a delivery whose transaction was refused. A reason that ends it names what would work.</summary>
public sealed class RefusalJudgement(BundlePreparation preparation, KnownDestination known)
{
    // With the back-off between them, a destination has about a minute to end what it began.
    private const int RefusalsAfterACut = 5;
    private const int FewTries = 3;

    /// <summary>What a delivery waits for that was refused without a reason.</summary>
    public const string UnexplainedRefusal = "destination-refusal";

    /// <exception cref="FhirRequestException">No answer came to a question about what the bundle refers to.</exception>
    public async Task<Outcome> JudgeAsync(Refusal refusal, CancellationToken cancellationToken)
    {
        var (status, answer) = (refusal.Status, refusal.Answer);
        var said = $"the destination answered {status}";
        if (DestinationRefusals.Passing(status, answer, refusal.Issues) is { } passing)
        {
            // A 404 or 405 without a word is a wrong base URL, unless it is a FHIR server's.
            if (status is not (404 or 405) || await known.FeaturesAsync(cancellationToken) is null) return passing;
        }

        if (status is 400 or 412 && refusal.Attempt.RefusalsSinceUnanswered is < RefusalsAfterACut)
        {
            return new TryAgain(
                $"{said}, which may speak of an earlier attempt that it left unanswered", RetryCause.Unavailable, answer.RetryAfter);
        }

        // What was looked up has changed since: it is looked up anew.
        if (status == 412 && refusal.Attempt.Number < FewTries && refusal.Sent.Any(entry => entry.Request?.IfMatch is not null))
            return new TryAgain($"{said}: another write was faster", RetryCause.Conflict, answer.RetryAfter);

        if (DestinationRefusals.IsAboutSize(status, refusal.Issues))
        {
            return EndOf(
                $"the destination answered {status} to one document of {refusal.Sent.Count} entries, which can't go out in parts"
                    + $"{DestinationRefusals.Quote(refusal.Issues)}. Let it take more; "
                    + $"{known.At}:MaxEntries sets how many are sent",
                refusal);
        }

        if (DestinationRefusals.IsAboutClientIds(refusal.Issues) && HasClientIds(refusal)) return await NoClientIdsAsync(refusal);

        // What the bundle refers to may have gone, or got a double, since it was prepared; only asking tells.
        if (await preparation.WhatHasChangedAsync(refusal.Prepared, cancellationToken) is { } changed) return changed;
        if (status is 404 or 405)
        {
            // A page in the server's place says nothing of ids: learnt from it, the guard that they are would be gone for good.
            if (HasClientIds(refusal) && IsTheServers(refusal)) return await NoClientIdsAsync(refusal);
            if (refusal.Attempt.Number < FewTries)
            {
                return new TryAgain(
                    $"{said}, though everything the bundle refers to is there now", RetryCause.Unavailable, answer.RetryAfter);
            }
        }

        if (refusal.IsPartial && refusal.Attempt.Number < FewTries)
        {
            // A chart must not be left half written for what may have been a mishap.
            return new TryAgain($"{said} to some entries, and did the others", RetryCause.Unavailable, answer.RetryAfter);
        }

        var lacks = (await known.FeaturesAsync(cancellationToken))?.Missing ?? [];
        var hint = lacks.Count == 0 ? "" : $". Its CapabilityStatement names no {string.Join(", no ", lacks)}";
        return EndOf($"{said}: it refuses the bundle{DestinationRefusals.Quote(refusal.Issues)}{hint}", refusal);
    }

    /// <summary>
    /// The smaller parts to send instead of one that was too large; none where it was refused for something else, or can't be divided. How
    /// many entries are too many is learnt from words that speak of entries only: 413 is about bytes
    /// (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14), and one heavy document says nothing of the next.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<Bundle.EntryComponent>>> SmallerAsync(Refusal refusal)
    {
        if (!DestinationRefusals.IsAboutSize(refusal.Status, refusal.Issues)) return [];
        if (DestinationRefusals.IsAboutEntries(refusal.Issues)) await known.LearnRefusedEntriesAsync(refusal.Sent.Count);
        var parts = SendPlan.Halved(refusal.Sent);
        return parts.Count > 1 ? parts : [];
    }

    /// <summary>A document that is too large for one transaction: what refers to each other can't go out in parts.</summary>
    public Dead TooLarge(int count, EntryLimit limit)
    {
        var reason = $"one document has {count} entries, which must go out in one transaction, and {known.At}:MaxEntries is "
            + $"{limit.Set}: let the destination take more";
        return new Dead(reason, OutcomeJson.Text(Problem.Error("too-long", reason)));
    }

    private async Task<Outcome> NoClientIdsAsync(Refusal refusal) => await known.LearnNoClientIdsAsync()
        ? new TryAgain(
            $"the destination answered {refusal.Status}: it does not accept ids from clients, and is sent none from now on",
            RetryCause.Conflict)
        : EndOf(
            $"the destination answered {refusal.Status}: it does not accept ids from clients{DestinationRefusals.Quote(refusal.Issues)}. "
                + $"Set {known.At}:ClientIds to auto or no",
            refusal);

    // Where single entries failed, it is about those; a refusal of the whole is about any.
    private static bool HasClientIds(Refusal refusal)
    {
        var failed = refusal.Outcome.Verdict == TransactionVerdict.Refused || refusal.Outcome.Entries.Count != refusal.Sent.Count
            ? refusal.Sent
            : refusal.Sent.Where((_, i) => !refusal.Outcome.Entries[i].Succeeded);
        return ClientIds.In(failed).Any();
    }

    // A FHIR server says why, or of which entry.
    private static bool IsTheServers(Refusal refusal) =>
        refusal.Issues.Count > 0 || refusal.Outcome.Verdict != TransactionVerdict.Refused;

    private static Outcome EndOf(string reason, Refusal refusal)
    {
        if (IsTheServers(refusal)) return new Dead(reason, KeptRefusal.Of(reason, refusal.Answer, refusal.Issues));

        // No FHIR server refuses without a word of why: a proxy in between may, of what the server itself would take.
        var bare = $"{reason}. It gives no OperationOutcome: a proxy before the FHIR server may have refused it";
        return refusal.Attempt is { Number: < FewTries, WasRefusedSo: false }
            ? new TryAgain(bare, RetryCause.Misconfigured, refusal.Answer.RetryAfter)
            : new Parked(UnexplainedRefusal, bare) { Outcome = KeptRefusal.Of(bare, refusal.Answer, refusal.Issues) };
    }
}
