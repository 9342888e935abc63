using System.Text.Json;
using FhirGateway.Configuration;
using FhirGateway.Delivery;
using FhirGateway.Fhir.Serialization;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Mapping;
using FhirGateway.Telemetry;

namespace FhirGateway.Pipeline;

/// <summary>One attempt at a delivery, from the recorded bytes to the destination's answer. Run again, it does the same again.</summary>
public sealed class DeliveryPipeline(
    SourceCatalog sources,
    SqliteLedger ledger,
    LookupResolver lookups,
    TransactionSender sender,
    IEnumerable<BundleCheck> checks,
    GatewayMetrics metrics)
{
    /// <returns>What came of it, and the version that is on the destination if it was delivered.</returns>
    public async Task<(DeliveryResult Result, NewVersion? Version)> RunAsync(ClaimedDelivery claim, CancellationToken cancellationToken)
    {
        if (!sources.TryGet(claim.Source, out var source))
            return (new Park("source:" + claim.Source, $"the source {claim.Source} is not configured any more: configure it again, or leave this parked"), null);

        var reading = source.Vendor.Read(claim.Body, source.Settings);
        if (reading.Events.FirstOrDefault(e => e.Key == claim.EventKey) is not { } happened)
        {
            return (Refused("the recorded message does not hold this event any more, as the vendor's definition reads it now", reading.Problems), null);
        }

        if (happened.Acknowledged is { } reason) return (Refused($"the event owes nothing any more: {reason}", []), null);

        var facts = new MessageFacts(claim.MessageId, claim.ReceivedAt);
        var lookingFor = source.Vendor.Plan(happened, source.Settings, facts).Lookups;
        var (found, stopped) = await lookups.ResolveAsync(source.Name, lookingFor, cancellationToken);
        if (stopped is not null) return (stopped, null);

        // Which document it is a version of may hang on what was found.
        var plan = source.Vendor.Plan(happened, source.Settings, facts, found);
        if (plan.Lane != claim.Lane) return (new Relane(plan.Lane, "what was looked up says which document it is a version of: it waits its turn among the others"), null);

        var (predecessor, isLate) = await VersionsAsync(claim, plan.Version, cancellationToken);
        var translation = source.Vendor.Translate(happened, new TranslationContext(source.Settings, facts, found, predecessor, isLate));
        metrics.Drifted(source.Name, translation.Drift.Count);
        if (translation.Problems.Any(IsError)) return (Refused("the event can't be translated", translation.Problems), null);
        if (translation.Bundle is null) return (Refused("the translation wrote nothing", translation.Problems), null);

        var bundle = FhirJsonSerializer.SerializeToBytes(translation.Bundle);
        List<Problem> wrong = [.. checks.SelectMany(check => check(bundle))];
        if (wrong.Any(IsError)) return (Refused("the bundle does not pass its checks", wrong), null);

        var result = await sender.SendAsync(bundle, claim.Id, cancellationToken);
        return (result, plan.Version is { } version && result is Delivered ? Stored(version, translation) : null);
    }

    private async Task<(Predecessor? Predecessor, bool IsLate)> VersionsAsync(ClaimedDelivery claim, DocumentVersion? version, CancellationToken cancellationToken)
    {
        if (version is null || await ledger.LatestVersionAsync(claim.Source, version.SetKey, claim.Id, cancellationToken) is not { } latest) return (null, false);
        if (latest.VersionId == version.VersionId) return (null, false);
        var order = string.CompareOrdinal(latest.Order, version.Order);
        if (order > 0 || (order == 0 && latest.Sequence > claim.Sequence)) return (null, true);
        var document = JsonSerializer.Deserialize<Identity>(latest.Document)!;
        var owned = JsonSerializer.Deserialize<List<OwnedResource>>(latest.Owned)!;
        return (new Predecessor(document, owned), false);
    }

    private static NewVersion? Stored(DocumentVersion version, Translation translation) =>
        translation.Owned.FirstOrDefault(owned => owned.ResourceType == "DocumentReference") is { } document
            ? new NewVersion(
                version.SetKey,
                version.VersionId,
                version.Order,
                JsonSerializer.Serialize(new Identity(document.System, document.Value)),
                JsonSerializer.Serialize(translation.Owned))
            : null;

    private static GiveUp Refused(string reason, IReadOnlyList<Problem> problems)
    {
        var errors = problems.Where(IsError).ToList();
        if (errors.Count == 0) errors.Add(Problem.Error("processing", reason));
        return new GiveUp($"{reason}: {string.Join(" ", errors.Select(problem => $"{problem.Text}{At(problem)}"))}", OutcomeJson.Text(problems.Count == 0 ? errors : problems));
    }

    private static string At(Problem problem) => problem.Pointer is { Length: > 0 } pointer ? $" (at {pointer})" : "";

    private static bool IsError(Problem problem) => problem.Severity == ProblemSeverity.Error;
}
