namespace FhirGateway.Destination;

/// <summary>Sends one transaction bundle and finds out what came of it: servers differ in how they say so.</summary>
public sealed class TransactionSender(FhirServer destination, BundlePreparation preparation)
{
    private readonly AnsweredEntries _answered = new(destination);

    /// <param name="prepared">What <paramref name="bundle"/> was written from.</param>
    /// <param name="deliveryId">Sent along, so that the destination's log can be matched with the ledger.</param>
    public async Task<Outcome> SendAsync(
        PreparedBundle prepared, OutgoingBundle bundle, string deliveryId, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await destination.TransactionAsync(bundle.Bytes, deliveryId, cancellationToken);
            var outcome = TransactionOutcome.Read(answer, bundle.Entries.Count);
            return outcome.Verdict switch
            {
                TransactionVerdict.PartlyFailed =>
                    await JudgeAsync(WorstStatus(outcome), answer, outcome.Issues, prepared, cancellationToken),
                TransactionVerdict.Refused => await JudgeAsync(answer.Status, answer, outcome.Issues, prepared, cancellationToken),
                _ => await ConfirmAsync(outcome, answer, prepared, cancellationToken),
            };
        }
        catch (FhirRequestException failure)
        {
            return Unreached(failure);
        }
    }

    /// <summary>The destination gave no answer.</summary>
    public static TryAgain Unreached(FhirRequestException failure) => failure switch
    {
        { Failure: FhirFailure.TimedOut } => new TryAgain("the destination did not answer in time", RetryCause.Unavailable),
        { Failure: FhirFailure.AnswerTooLarge } => new TryAgain("the destination's answer is too long to be one", RetryCause.Misconfigured),
        { InnerException: DestinationRestingException resting } => new TryAgain(
            "the destination failed several times in a row and is left alone for a while", RetryCause.Unavailable, resting.For),
        _ => new TryAgain("the destination could not be reached", RetryCause.Unavailable),
    };

    private async Task<Outcome> JudgeAsync(
        int status, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues, PreparedBundle sent, CancellationToken cancellationToken)
    {
        if (DestinationRefusals.Passing(status, answer, issues) is { } passing) return passing;

        // What the bundle refers to may have gone, or got a double, since it was prepared; only asking tells.
        if (await preparation.WhatHasChangedAsync(sent, cancellationToken) is { } changed) return changed;
        var said = $"the destination answered {status}";
        return status == 404
            ? new TryAgain($"{said}, though everything the bundle refers to is there now", RetryCause.Unavailable, answer.RetryAfter)
            : DeadOf($"{said}: it refuses the bundle{DestinationRefusals.Quote(issues)}", answer, issues);
    }

    /// <summary>
    /// A 2xx that says little of the entries may come from a FHIR server that is short of words, or from anything else that speaks HTTP:
    /// look whether the resources are there.
    /// </summary>
    private async Task<Outcome> ConfirmAsync(
        TransactionOutcome outcome, FhirResponse answer, PreparedBundle sent, CancellationToken cancellationToken)
    {
        // One that lists entries but not every one has dropped some: that the others' resources are there proves nothing.
        var entries = sent.Bundle.Entry;
        if (outcome.Entries.Count > 0 && outcome.Entries.Count != entries.Count)
        {
            return new TryAgain(
                $"the destination confirmed {outcome.Entries.Count} entries of {entries.Count}", RetryCause.Misconfigured);
        }

        var (confirmed, doubt) = await _answered.ConfirmAsync(entries, outcome.Entries, cancellationToken);
        return doubt is null
            ? new Delivered(Receipt.Of(confirmed, sent.Shared.Select(shared => shared.Location)))
            : new TryAgain(
                $"the destination answered {answer.Status}, but what it says is not what was sent: {doubt}", RetryCause.Misconfigured);
    }

    // What may pass is waited for first: sent again whole, the bundle shows whether the rest still fails.
    private static int WorstStatus(TransactionOutcome outcome)
    {
        var failed = outcome.Entries.Where(entry => !entry.Succeeded).Select(entry => entry.Status ?? 500).ToList();
        return failed.Count == 0 ? 500 : failed.Exists(status => status is 409) ? 409 : failed.Max();
    }

    private static Dead DeadOf(string reason, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues) =>
        new(reason, KeptRefusal.Of(reason, answer, issues));
}
