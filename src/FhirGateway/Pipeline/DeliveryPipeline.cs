using System.Text.Json;
using FhirGateway.Destination;
using FhirGateway.Destination.Probing;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Telemetry;

namespace FhirGateway.Pipeline;

/// <summary>
/// One attempt at a delivery, from the recorded bytes to the destination's answer: a chain of records, each made once. Run again, it does
/// the same again.
/// </summary>
public sealed class DeliveryPipeline(
    ILedger ledger,
    SourceCatalog sources,
    OwnSources own,
    RecentReadings readings,
    VersionHistory history,
    UpdateHistory updates,
    Lookups lookups,
    ProbedDestination probed,
    BundlePreparation preparation,
    TransactionSender sender,
    IEnumerable<BundleCheck> checks,
    TimeProvider clock)
{
    // Much shorter than a lease, and than a machine is cut off before its session ends.
    private static readonly TimeSpan OldestAnswer = TimeSpan.FromSeconds(2);

    /// <summary>Makes one attempt.</summary>
    public async Task<Attempt> RunAsync(ClaimedDelivery claim, CancellationToken cancellationToken)
    {
        try
        {
            return await AttemptAsync(claim, cancellationToken);
        }
        catch (FhirRequestException failure)
        {
            return Attempt.Of(TransactionSender.Unreached(failure));
        }
        catch (NoSearchResultException failure)
        {
            return Attempt.Of(DestinationRefusals.OfSearch(failure.Answer));
        }
    }

    private async Task<Attempt> AttemptAsync(ClaimedDelivery claim, CancellationToken cancellationToken)
    {
        // Whoever claimed it, a note goes to its own destination only.
        if (!own.Has(claim.Source))
            return Attempt.Of(new TryAgain("its source has another destination", RetryCause.TakenOver) { NeverLeft = true });
        if (!sources.TryGet(claim.Source, out var source))
        {
            return Attempt.Of(new Parked(
                "source:" + claim.Source, $"the source {claim.Source} is not configured any more: configure it again, or leave it"));
        }

        var settings = claim.NamedUnder is { } named ? source.Settings with { IdentifierBase = named } : source.Settings;
        using var span = GatewayTraces.Delivering(source.Name, claim.Id);
        var reading = await readings.OfAsync(source, claim);
        if (reading.Find(claim.EventKey) is not { } happened)
        {
            return Attempt.Of(Dead.Of(
                "the recorded message does not hold this event any more, as the vendor's definition reads it now", reading.Problems));
        }

        if (happened.Problems.Count > 0) return Attempt.Of(Dead.Of("the event breaks its vendor's rules", happened.Problems));
        if (happened.Acknowledged is { } reason) return Attempt.Of(Dead.Of($"the event owes nothing any more: {reason}", []));

        var (found, stopped) = await GatewayTraces.StepAsync("look up", () => lookups.ResolveAsync(
            source.Name, known => source.Vendor.LookupsOf(happened, settings, known), cancellationToken));
        if (stopped is not null) return Attempt.Of(stopped);

        var intent = GatewayTraces.Step("intend", () => source.Vendor.IntentOf(happened, settings, claim.ReceivedAt, found));
        if (intent.Lane != claim.Lane)
        {
            return Attempt.Of(new Relaned(
                intent.Lane, "what was looked up says which document it is a version of: it waits its turn among the others"));
        }

        var past = await GatewayTraces.StepAsync("look back", () => history.OfAsync(claim, source, intent, found, cancellationToken));
        if (past.Stopped is not null) return Attempt.Of(past.Stopped);
        var facts = new MessageFacts(claim.MessageId, claim.ReceivedAt);
        var context = new TranslationContext(settings, facts, found, past.Predecessor, past.IsLate)
        {
            Before = past.Before,
            Build = GatewayBuild.Version,
            Mistaken = past.Mistaken,
            Chart = past.Chart,
            IsOfAnotherEncounter = past.IsOfAnotherEncounter,
        };
        var (outcome, written) = await DeliverAsync(claim, source, happened, intent, context, past.WrittenBy, cancellationToken);
        return new Attempt(outcome, written, outcome is Delivered ? past.Ended : []);
    }

    /// <summary>
    /// Translates, checks and sends. What the ledger or the destination tells that the translation could not know refines its context, and
    /// the round begins again; each refinement comes once at most, so there are three rounds at most.
    /// </summary>
    private async Task<(Outcome Outcome, IReadOnlyList<NewVersion> Written)> DeliverAsync(
        ClaimedDelivery claim,
        Source source,
        VendorEvent happened,
        Intent intent,
        TranslationContext context,
        IReadOnlyCollection<string> writtenBy,
        CancellationToken cancellationToken)
    {
        IReadOnlyCollection<OwnedResource>? gone = null;
        IReadOnlyList<NewVersion> partly = [];
        while (true)
        {
            var known = context;
            var translation = GatewayTraces.Step("translate", () => source.Vendor.Translate(happened, known));
            if (context.Updates is null)
            {
                // First refinement: some of what this event updates is recorded under another name, or was written by a later event.
                var recorded = await updates.OfAsync(claim, source.Settings, intent.Subject, translation.Updates, cancellationToken);
                context = context with { Updates = recorded };
                if (recorded.Count > 0) continue;
            }

            if (gone is not null) translation = translation with { Problems = [.. translation.Problems, .. gone.Select(Gone)] };
            var sent = await SendAsync(claim, source, translation, context.Found, cancellationToken);
            var outcome = sent with { Doubts = Doubts.Of(translation) };
            if (outcome.IsPartlyWritten) partly = [.. VersionHistory.PartlyWritten(intent, context, translation)];
            if (gone is null && outcome is Parked missing
                && VersionHistory.Needed(context).Any(needed => needed.Condition == missing.WaitsFor))
            {
                // Second refinement: nobody will bring back what was deleted, so the note goes out without ending what is no longer there.
                (context, gone) = await history.RemainingAsync(context, writtenBy, cancellationToken);
                continue;
            }

            if (outcome is not Delivered) return (outcome, partly);
            var written = VersionHistory.Written(intent, context, translation);
            return (outcome, [.. UpdateHistory.Written(intent.Subject, translation.Updates), .. written]);
        }
    }

    private async Task<Outcome> SendAsync(
        ClaimedDelivery claim,
        Source source,
        Translation translation,
        IReadOnlyDictionary<Lookup, JsonElement> found,
        CancellationToken cancellationToken)
    {
        if (translation.Problems.Any(IsError)) return Dead.Of("the event can't be translated", translation.Problems);
        if (translation.Held is { } held) return new Parked(held.WaitsFor, held.Reason);
        if (translation.Bundle is null) return new Delivered(Receipt.WithInformation(Receipt.Of([]), translation.Problems));

        if (await probed.WhyRefusedAsync(cancellationToken) is { } refused)
            return new TryAgain(refused, RetryCause.Misconfigured) { NeverLeft = true, AwaitsDestination = true };

        var (prepared, stopped) = await GatewayTraces.StepAsync(
            "prepare", () => preparation.PrepareAsync(translation.Bundle, Lookups.LocationsOf(found), cancellationToken));
        if (prepared is null) return stopped!;

        var outgoing = GatewayTraces.Step("write", () => OutgoingBundle.Of(prepared.Bundle));
        var wrong = GatewayTraces.Step<List<Problem>>("check", () => [.. checks.SelectMany(check => check(outgoing, source))]);
        if (wrong.Any(IsError)) return Dead.Of("the bundle does not pass its checks", wrong);

        // A machine that was paused may have been taken for dead while all this was made: whoever has the delivery now sends it.
        if (!await HoldsAsync(claim, cancellationToken))
            return new TryAgain("another worker has it by now: nothing was sent", RetryCause.TakenOver) { NeverLeft = true };

        var attempt = new AttemptFacts(claim.Id, claim.RoundAttempt, claim.RefusalsSinceUnanswered)
        {
            WasRefusedSo = claim.ParkedFor == RefusalJudgement.UnexplainedRefusal,
        };
        var outcome = await GatewayTraces.StepAsync("send", () => sender.SendAsync(prepared, outgoing, attempt, cancellationToken));
        return outcome is Delivered delivered
            ? new Delivered(Receipt.WithInformation(delivered.Receipt, [.. translation.Problems, .. wrong]))
            : outcome;
    }

    // A process that is stopped just after the ledger answered knows by the age of the answer that it is worth nothing any more.
    private async Task<bool> HoldsAsync(ClaimedDelivery claim, CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = clock.GetTimestamp();
            if (!await ledger.HoldsAsync(claim, cancellationToken)) return false;
            if (clock.GetElapsedTime(asked) < OldestAnswer) return true;
        }
    }

    private static Problem Gone(OwnedResource owned) => new(
        ProblemSeverity.Information,
        "not-found",
        $"What this one takes the place of was not ended whole: {Uri.UnescapeDataString(owned.Condition)} is not on the destination "
            + "(any more).",
        null);

    private static bool IsError(Problem problem) => problem.Severity == ProblemSeverity.Error;
}
