using FhirGateway.Destination.Proofs;
using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;
using Parts = System.Collections.Generic.IReadOnlyList<System.Collections.Generic.IReadOnlyList<Hl7.Fhir.Model.Bundle.EntryComponent>>;

namespace FhirGateway.Destination;

/// <summary>
/// Sends a bundle, in one transaction where it can be one, and finds out what came of it: servers differ in how they say so.
/// </summary>
public sealed class TransactionSender(FhirServer destination, KnownDestination known, RefusalJudgement judgement)
{
    private readonly AnsweredEntries _answered = new(destination);

    /// <param name="prepared">What <paramref name="whole"/> was written from.</param>
    public async Task<Outcome> SendAsync(
        PreparedBundle prepared, OutgoingBundle whole, AttemptFacts attempt, CancellationToken cancellationToken)
    {
        var outcome = await SendPartsAsync(prepared, whole, attempt, cancellationToken);
        if (outcome is Delivered or { IsPartlyWritten: true } or TryAgain { MayBeAtWork: true }) await known.LearnWrittenAsync();
        return outcome;
    }

    private async Task<Outcome> SendPartsAsync(
        PreparedBundle prepared, OutgoingBundle whole, AttemptFacts attempt, CancellationToken cancellationToken)
    {
        var confirmed = new List<EntryOutcome>();
        try
        {
            var mayBeAtomic = await known.MayBeAtomicAsync(cancellationToken);
            var isAtomic = mayBeAtomic && (!prepared.HasEndings || await known.IsAtomicAsync(cancellationToken));
            var limit = await known.EntryLimitAsync(cancellationToken);
            var (plan, tooLarge) = SendPlan.Of(prepared.Bundle, isAtomic, limit);
            if (tooLarge is { } count) return judgement.TooLarge(count, limit);

            var parts = new Stack<IReadOnlyList<Bundle.EntryComponent>>(plan.Reverse());
            while (parts.TryPop(out var part))
            {
                var bytes = part.Count == prepared.Bundle.Entry.Count ? whole.Bytes : ResourceJson.Write(BundleOf(part));
                var answer = await destination.TransactionAsync(bytes, attempt.DeliveryId, cancellationToken);
                var (entries, smaller, failed) = await ReadAsync(answer, part, prepared, attempt, mayBeAtomic, cancellationToken);
                if (failed is not null) return confirmed.Count == 0 ? failed : failed with { IsPartlyWritten = true };
                foreach (var each in smaller.Reverse()) parts.Push(each);
                if (smaller.Count > 0) continue;
                confirmed.AddRange(entries);
                if (parts.Count > 0) Place(prepared.Bundle, part, entries);
            }

            return new Delivered(Receipt.Of(confirmed, prepared.Shared.Select(shared => shared.Location)));
        }
        catch (FhirRequestException failure)
        {
            return Unreached(failure) with { MayBeAtWork = failure.MayHaveArrived, IsPartlyWritten = confirmed.Count > 0 };
        }
    }

    /// <summary>The destination gave no answer.</summary>
    public static TryAgain Unreached(FhirRequestException failure) => failure switch
    {
        { Failure: FhirFailure.TimedOut } => new TryAgain("the destination did not answer in time", RetryCause.Unavailable),
        { Failure: FhirFailure.AnswerTooLarge } => new TryAgain("the destination's answer is too long to be one", RetryCause.Misconfigured),
        { InnerException: DestinationRestingException resting } => new TryAgain(
            "the destination is left alone for a while" + (resting.Why is { } why ? ": " + why : ""), RetryCause.Unavailable, resting.For)
        { NeverLeft = true },
        { InnerException: ProofException proof } => new TryAgain(
            proof.Message, proof.IsPassing ? RetryCause.Unavailable : RetryCause.Misconfigured, proof.After)
        { NeverLeft = true, AwaitsDestination = true },
        { InnerException: ConnectionRefusedException refused } => new TryAgain(refused.Message, RetryCause.Unavailable)
        {
            NeverLeft = !failure.MayHaveArrived,
        },
        _ => new TryAgain("the destination could not be reached", RetryCause.Unavailable) { NeverLeft = !failure.MayHaveArrived },
    };

    /// <returns>What was written; or the smaller parts that go out instead; or what becomes of the delivery.</returns>
    private async Task<(IReadOnlyList<EntryOutcome> Entries, Parts Smaller, Outcome? Failed)> ReadAsync(
        FhirResponse answer,
        IReadOnlyList<Bundle.EntryComponent> part,
        PreparedBundle prepared,
        AttemptFacts attempt,
        bool mayBeAtomic,
        CancellationToken cancellationToken)
    {
        var outcome = TransactionOutcome.Read(answer, part.Count);
        if (outcome.Verdict is TransactionVerdict.Refused or TransactionVerdict.PartlyFailed)
        {
            if (outcome.Verdict == TransactionVerdict.PartlyFailed) await known.LearnNotAtomicAsync();
            var refusal = new Refusal(answer, outcome, part, prepared, attempt);
            var smaller = await judgement.SmallerAsync(refusal);
            if (smaller.Count > 0) return ([], smaller, null);
            var judged = await judgement.JudgeAsync(refusal, cancellationToken);
            return ([], [], refusal.IsPartial ? judged with { IsPartlyWritten = true } : judged);
        }

        // Whoever answers in the server's place, such as a page to sign in, has done nothing: what was there before proves nothing.
        if (!answer.Bytes.IsEmpty && answer.Resource is not (Bundle or OperationOutcome))
        {
            return ([], [], new TryAgain(
                $"the destination answered {answer.Status} to a transaction, but with something else than a Bundle: is its base URL right?",
                RetryCause.Misconfigured,
                answer.RetryAfter));
        }

        // One that lists entries but not every one has dropped some: that the others' resources are there proves nothing.
        if (outcome.Entries.Count > 0 && outcome.Entries.Count != part.Count)
        {
            return ([], [], new TryAgain(
                $"the destination confirmed {outcome.Entries.Count} entries of {part.Count}", RetryCause.Misconfigured));
        }

        // One that says little of the entries may be a FHIR server that is short of words, or anything else that speaks HTTP.
        var (confirmed, doubt) = await _answered.ConfirmAsync(part, outcome.Entries, readsBack: !mayBeAtomic, cancellationToken);
        return doubt is null ? (confirmed, [], null) : ([], [], new TryAgain(
            $"the destination answered {answer.Status}, but what it says is not what was sent: {doubt}", RetryCause.Misconfigured));
    }

    private static Bundle BundleOf(IEnumerable<Bundle.EntryComponent> part) =>
        new() { Type = Bundle.BundleType.Transaction, Entry = [.. part] };

    /// <summary>What refers to a part that is done refers to where its resources are.</summary>
    private static void Place(Bundle bundle, IReadOnlyList<Bundle.EntryComponent> part, IReadOnlyList<EntryOutcome> entries)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < part.Count; i++)
        {
            if (part[i].FullUrl is { } name && entries[i].Location is { } location) places[name] = location.ToString();
        }

        References.Redirect(bundle, places);
    }
}
