using FhirGateway.Mapping;

namespace FhirGateway.Destination;

/// <summary>Sends one transaction bundle and finds out what came of it: servers differ in how they say so.</summary>
public sealed class TransactionSender(FhirServer destination)
{
    /// <param name="deliveryId">Sent along, so that the destination's log can be matched with the ledger.</param>
    public async Task<Outcome> SendAsync(OutgoingBundle bundle, string deliveryId, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await destination.TransactionAsync(bundle.Bytes, deliveryId, cancellationToken);
            var outcome = TransactionOutcome.Read(answer, bundle.Entries.Count);
            return outcome.Verdict switch
            {
                TransactionVerdict.Succeeded => new Delivered(Receipt.Of(outcome.Entries)),
                TransactionVerdict.Unconfirmed => await ConfirmAsync(outcome, answer, bundle, cancellationToken),
                TransactionVerdict.PartlyFailed =>
                    await JudgeAsync(WorstStatus(outcome) ?? 500, answer, outcome.Issues, bundle, cancellationToken),
                _ => await JudgeAsync(answer.Status, answer, outcome.Issues, bundle, cancellationToken),
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
        int status, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues, OutgoingBundle sent, CancellationToken cancellationToken)
    {
        var said = $"the destination answered {status}";
        switch (status)
        {
            case 409:
            case 400 when issues.Any(issue => issue.Text.Contains("already in use", StringComparison.OrdinalIgnoreCase)):
                return new TryAgain($"{said}: another write was faster", RetryCause.Conflict, answer.RetryAfter);
            case 401 or 403 or 407:
                return new TryAgain($"{said}: it refuses the gateway's credentials", RetryCause.Misconfigured, answer.RetryAfter);
            case 405 or (>= 300 and < 400):
                return new TryAgain($"{said}: is its base URL right?", RetryCause.Misconfigured, answer.RetryAfter);
            case 408 or 425 or 429 or >= 500 or < 200:
                return new TryAgain(said, RetryCause.Unavailable, answer.RetryAfter);
            case 412:
                return await SeveralMatchesAsync(said, answer, issues, sent, cancellationToken);
        }

        // A reference or a patch that matches nothing fails the whole transaction; which one, and whether that was it, only asking tells.
        foreach (var condition in Conditions.References(sent.Json).Union(Conditions.Patches(sent.Json)))
        {
            if ((await destination.FindAsync(condition, cancellationToken)).Matches is [])
                return new Parked(condition, $"{Uri.UnescapeDataString(condition)} matches nothing on the destination");
        }

        if (status != 404) return DeadOf($"{said}: it refuses the bundle", answer, issues);
        return issues.Count == 0
            ? new TryAgain($"{said}: is its base URL right?", RetryCause.Misconfigured, answer.RetryAfter)
            : new TryAgain($"{said}, though everything the bundle refers to is there now", RetryCause.Unavailable, answer.RetryAfter);
    }

    private async Task<Outcome> SeveralMatchesAsync(
        string said, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues, OutgoingBundle sent, CancellationToken cancellationToken)
    {
        var several = new List<string>();
        foreach (var condition in Conditions.References(sent.Json).Concat(Conditions.Writes(sent.Json)).Distinct())
        {
            if ((await destination.FindAsync(condition, cancellationToken)).Matches is { Count: > 1 })
                several.Add(Uri.UnescapeDataString(condition));
        }

        return several.Count == 0
            ? DeadOf($"{said}: a condition of the bundle does not hold", answer, issues)
            : new Dead($"{said}: several resources match {string.Join(" and ", several)}", OutcomeJson.Text(several.Select(condition =>
                Problem.Error("multiple-matches", $"Several resources match {condition}: remove the double, then replay."))));
    }

    /// <summary>
    /// A 2xx that says nothing of the entries may come from a FHIR server that is short of words, or from anything else that speaks HTTP:
    /// look whether the resources are there.
    /// </summary>
    private async Task<Outcome> ConfirmAsync(
        TransactionOutcome outcome, FhirResponse answer, OutgoingBundle sent, CancellationToken cancellationToken)
    {
        // One that lists entries but not every one has dropped some: that the others' resources are there proves nothing.
        var count = sent.Entries.Count;
        if (outcome.Entries.Count > 0 && outcome.Entries.Count != count)
            return new TryAgain($"the destination confirmed {outcome.Entries.Count} entries of {count}", RetryCause.Misconfigured);

        var written = Conditions.Writes(sent.Json);
        foreach (var condition in written)
        {
            if ((await destination.FindAsync(condition, cancellationToken)).Matches is not [_, ..])
            {
                return new TryAgain(
                    $"the destination answered {answer.Status} without confirming what it wrote: is its base URL right?",
                    RetryCause.Misconfigured);
            }
        }

        return written.Count > 0
            ? new Delivered(Receipt.Of(outcome.Entries))
            : new TryAgain($"the destination answered {answer.Status} without saying what it wrote", RetryCause.Misconfigured);
    }

    // What may pass is waited for first: sent again whole, the bundle shows whether the rest still fails.
    private static int? WorstStatus(TransactionOutcome outcome)
    {
        var failed = outcome.Entries.Where(entry => !entry.Succeeded).Select(entry => entry.Status ?? 500).ToList();
        return failed.Count == 0 ? null : failed.Exists(status => status is 409) ? 409 : failed.Max();
    }

    private static Dead DeadOf(string reason, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues) =>
        new(reason, KeptRefusal.Of(reason, answer, issues));
}
