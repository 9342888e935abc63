using System.Collections.Concurrent;
using System.Text.Json;
using FhirGateway.Mapping.Json;
using FhirGateway.Telemetry;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// What is created once and shared by everything that is delivered: the gateway's Devices. They go out before a note and alone, since a
/// double of one (two gateways that create it at the same time make one on real servers) must not stop every note that names it: the oldest
/// counts, and the others are told of.
/// </summary>
public sealed class SharedResources(FhirServer destination, TimeProvider clock, ILogger<SharedResources> logger)
{
    // Somebody may have removed one, or made a double of it, on a server that does not say so by itself.
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _doubles = new(StringComparer.Ordinal);

    /// <summary>Those of which the destination holds several, in words. They need a person; nothing waits for it.</summary>
    public IReadOnlyList<string> Doubles => [.. _doubles.Values.Order(StringComparer.Ordinal)];

    /// <summary>Where a shared resource is, once it is there.</summary>
    /// <param name="entry">What is created when there is none, as a transaction's entry.</param>
    /// <param name="condition">What names it.</param>
    /// <exception cref="FhirRequestException">No answer came.</exception>
    public async Task<(ResourceLocation? Location, Outcome? Stopped)> EnsureAsync(
        Bundle.EntryComponent entry, Condition condition, CancellationToken cancellationToken)
    {
        var known = _known.GetOrAdd(condition.Text, _ => new Known());
        if (known.Location is { } believed && clock.GetUtcNow() - known.SeenAt < BelievedFor) return (believed, null);

        // One at a time: racing creates are what makes doubles.
        await known.Turn.WaitAsync(cancellationToken);
        try
        {
            if (known.Location is { } seen && clock.GetUtcNow() - known.SeenAt < BelievedFor) return (seen, null);
            var (location, stopped) = await FindOrCreateAsync(entry, condition, cancellationToken);
            (known.Location, known.SeenAt) = (location, clock.GetUtcNow());
            return (location, stopped);
        }
        finally
        {
            known.Turn.Release();
        }
    }

    /// <summary>Believes nothing of it any more: it is looked for anew when it is needed next.</summary>
    public void Forget(Condition condition)
    {
        if (_known.TryGetValue(condition.Text, out var known)) known.Location = null;
    }

    private async Task<(ResourceLocation? Location, Outcome? Stopped)> FindOrCreateAsync(
        Bundle.EntryComponent entry, Condition condition, CancellationToken cancellationToken)
    {
        var found = await destination.FindAsync(condition, cancellationToken);
        if (found.Matches is null) return (null, DestinationRefusals.OfSearch(found.Answer));
        if (Oldest(condition, found.Matches) is { } there) return (there, null);

        var (created, stopped) = await CreateAsync(entry, condition, cancellationToken);
        if (stopped is not null and not TryAgain { Cause: RetryCause.Conflict }) return (null, stopped);

        // What counts is what is there now: of two that raced, both see the same. A server may answer with an id that lost, and never was.
        found = await destination.FindAsync(condition, cancellationToken);
        if (found.Matches is null) return (null, DestinationRefusals.OfSearch(found.Answer));
        if (Oldest(condition, found.Matches) is { } now) return (now, null);
        if (created is not null && (await destination.ReadAsync(created, cancellationToken)).Body is { } read && condition.IsMetBy(read))
            return (created, null);

        return (null, stopped ?? new TryAgain($"{condition.Readable} was created, but is not there yet", RetryCause.Unavailable));
    }

    private async Task<(ResourceLocation? Created, Outcome? Stopped)> CreateAsync(
        Bundle.EntryComponent entry, Condition condition, CancellationToken cancellationToken)
    {
        var bundle = new Bundle { Type = Bundle.BundleType.Transaction, Entry = [entry] };
        var answer = await destination.TransactionAsync(ResourceJson.Write(bundle), $"shared-{condition.Type}", cancellationToken);
        var outcome = TransactionOutcome.Read(answer, 1);
        var answered = outcome.Entries is [var only, ..] ? only : null;
        if (outcome.Verdict is TransactionVerdict.Succeeded or TransactionVerdict.Unconfirmed) return (answered?.Location, null);

        var status = outcome.Verdict == TransactionVerdict.PartlyFailed ? answered?.Status ?? 500 : answer.Status;
        if (DestinationRefusals.Passing(status, answer, outcome.Issues) is { } passing) return (null, passing);

        // Another gateway may have made a double meanwhile (412): what is found next is taken.
        if (status == 412) return (null, new TryAgain("the destination answered 412: another write was faster", RetryCause.Conflict));
        var reason = $"the destination answered {status} to {condition.Readable}, which every note refers to"
            + DestinationRefusals.Quote(outcome.Issues);

        // Without a reason it is a proxy's word, which may pass, and the note is no more to blame than the next one.
        return (null, outcome.Verdict == TransactionVerdict.Refused && outcome.Issues.Count == 0
            ? new TryAgain(reason, RetryCause.Misconfigured, answer.RetryAfter)
            : new Dead(reason, KeptRefusal.Of(reason, answer, outcome.Issues)));
    }

    private ResourceLocation? Oldest(Condition condition, IReadOnlyList<JsonElement> matches)
    {
        var locations = matches
            .OrderBy(LastUpdated, StringComparer.Ordinal)
            .ThenBy(match => Json.Text(match, "id"), StringComparer.Ordinal)
            .Select(match => new ResourceLocation(condition.Type, Json.Text(match, "id")!, null))
            .ToList();
        if (locations.Count < 2)
        {
            _doubles.TryRemove(condition.Text, out _);
        }
        else
        {
            var others = string.Join(", ", locations.Skip(1));
            var told = $"The destination holds {locations.Count} of {condition.Readable}: {locations[0]} is used, "
                + $"{others} should be removed.";
            if (!_doubles.TryGetValue(condition.Text, out var before) || before != told)
                DestinationLog.HasDouble(logger, condition.Readable, locations[0].ToString(), others);
            _doubles[condition.Text] = told;
        }

        return locations.FirstOrDefault();
    }

    private static string LastUpdated(JsonElement resource) =>
        Json.Property(resource, "meta") is { } meta ? Json.Text(meta, "lastUpdated") ?? "" : "";

    private sealed class Known
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public ResourceLocation? Location { get; set; }

        public DateTimeOffset SeenAt { get; set; }
    }
}
