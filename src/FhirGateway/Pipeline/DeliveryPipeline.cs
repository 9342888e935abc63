using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Sources;
using FhirGateway.Telemetry;

namespace FhirGateway.Pipeline;

/// <summary>One attempt at a delivery, from the recorded bytes to the destination's answer. Run again, it does the same again.</summary>
public sealed class DeliveryPipeline(
    SourceCatalog sources,
    VersionHistory history,
    Lookups lookups,
    TransactionSender sender,
    IEnumerable<BundleCheck> checks,
    GatewayMetrics metrics)
{
    /// <returns>What came of it, and the versions that are on the destination if it was delivered.</returns>
    public async Task<(Outcome Result, IReadOnlyList<NewVersion> Versions)> RunAsync(ClaimedDelivery claim, CancellationToken cancellationToken)
    {
        if (!sources.TryGet(claim.Source, out var source))
            return (new Parked("source:" + claim.Source, $"the source {claim.Source} is not configured any more: configure it again, or leave this parked"), []);

        var reading = source.Vendor.Read(claim.Body, source.Settings);
        if (reading.Events.Where(e => e.Key == claim.EventKey).MinBy(e => e.Problems.Count) is not { } happened)
        {
            return (Refused("the recorded message does not hold this event any more, as the vendor's definition reads it now", reading.Problems), []);
        }

        if (happened.Problems.Count > 0) return (Refused("the event breaks its vendor's rules", happened.Problems), []);
        if (happened.Acknowledged is { } reason) return (Refused($"the event owes nothing any more: {reason}", []), []);

        var facts = new MessageFacts(claim.MessageId, claim.ReceivedAt);
        var lookingFor = source.Vendor.Plan(happened, source.Settings, facts).Lookups;
        var (found, stopped) = await lookups.ResolveAsync(source.Name, lookingFor, cancellationToken);
        if (stopped is not null) return (stopped, []);

        // Which document it is a version of may hang on what was found.
        var plan = source.Vendor.Plan(happened, source.Settings, facts, found);
        if (plan.Lane != claim.Lane) return (new Relaned(plan.Lane, "what was looked up says which document it is a version of: it waits its turn among the others"), []);

        var (predecessor, isLate) = await history.OfAsync(claim, plan.Version, cancellationToken);
        var context = new TranslationContext(source.Settings, facts, found, predecessor, isLate);
        var translation = source.Vendor.Translate(happened, context);
        metrics.Drifted(source.Name, translation.Drift.Count);
        if (await history.LateAsync(claim, translation.Updates, cancellationToken) is { Count: > 0 } late)
            translation = source.Vendor.Translate(happened, context with { Late = late });

        var result = await DeliverAsync(claim, translation, cancellationToken);
        if (result is Parked missing && predecessor?.Needed.Any(needed => needed.Condition == missing.WaitsFor) == true)
        {
            // Nobody will bring back what was deleted: the note goes out without ending what is no longer there.
            var (remaining, unanswered) = await history.RemainingAsync(predecessor, cancellationToken);
            if (unanswered is not null) return (unanswered, []);
            translation = source.Vendor.Translate(happened, context with { Predecessor = remaining });
            translation = translation with { Problems = [.. translation.Problems, Gone(missing.WaitsFor)] };
            result = await DeliverAsync(claim, translation, cancellationToken);
        }

        return (result, result is Delivered ? VersionHistory.Written(plan.Version, translation) : []);
    }

    private async Task<Outcome> DeliverAsync(ClaimedDelivery claim, Translation translation, CancellationToken cancellationToken)
    {
        if (translation.Problems.Any(IsError)) return Refused("the event can't be translated", translation.Problems);
        if (translation.Bundle is null) return new Delivered(Receipt.WithInformation(Receipt.Of([]), translation.Problems));

        var bundle = ResourceJson.Write(translation.Bundle);
        List<Problem> wrong = [.. checks.SelectMany(check => check(bundle))];
        if (wrong.Any(IsError)) return Refused("the bundle does not pass its checks", wrong);

        var result = await sender.SendAsync(bundle, claim.Id, cancellationToken);
        return result is Delivered delivered ? new Delivered(Receipt.WithInformation(delivered.Receipt, [.. translation.Problems, .. wrong])) : result;
    }

    private static Problem Gone(string condition) => new(
        ProblemSeverity.Information, "not-found", $"The version before this one was not ended whole: {Uri.UnescapeDataString(condition)} is no longer on the destination.", null);

    private static Dead Refused(string reason, IReadOnlyList<Problem> problems)
    {
        var errors = problems.Where(IsError).ToList();
        if (errors.Count == 0) errors.Add(Problem.Error("processing", reason));
        return new Dead($"{reason}: {string.Join(" ", errors.Select(problem => $"{problem.Text}{At(problem)}"))}", OutcomeJson.Text(problems.Count == 0 ? errors : problems));
    }

    private static string At(Problem problem) => problem.Pointer is { Length: > 0 } pointer ? $" (at {pointer})" : "";

    private static bool IsError(Problem problem) => problem.Severity == ProblemSeverity.Error;
}
