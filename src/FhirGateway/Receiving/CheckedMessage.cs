using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Sources;
using FhirGateway.Telemetry;

namespace FhirGateway.Receiving;

/// <summary>A sound message, ready to be recorded: all that has to be computed for that is computed.</summary>
/// <param name="Intents">By event key: what each event that owes a delivery needs.</param>
public sealed record CheckedMessage(
    Source Source,
    Reading Reading,
    ReadOnlyMemory<byte> Body,
    string? ContentType,
    string? Headers,
    DateTimeOffset ReceivedAt,
    string Identity,
    IReadOnlyDictionary<string, Intent> Intents)
{
    // Headers worth keeping beside the body: none carries a secret or a patient. The body is kept decoded.
    private static readonly string[] KeptHeaders = ["User-Agent", "X-Request-Id", "Content-Encoding"];

    /// <summary>What is to become of a sound reading.</summary>
    public static CheckedMessage Of(Source source, Reading reading, ProvenCall call, HttpRequest request)
    {
        var intents = reading.Events.Where(e => e is { Acknowledged: null, Problems: [] })
            .DistinctBy(e => e.Key)
            .ToDictionary(
                e => e.Key,
                e => GatewayTraces.Step("intend", () => source.Vendor.IntentOf(e, source.Settings, call.Proof.Now)),
                StringComparer.Ordinal);
        var identity = reading.Identity ?? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(call.Body.Span));
        return new CheckedMessage(
            source, reading, call.Body, request.ContentType, Kept(request.Headers), call.Proof.Now, identity, intents);
    }

    /// <summary>Whether the answer hangs on what the destination has.</summary>
    public bool AsksFirst => Intents.Keys.Any(key => MustExist(key).Count > 0);

    /// <summary>The message as the ledger takes it.</summary>
    /// <param name="heldUntil">No worker claims a delivery whose lookups may still refuse the message before this.</param>
    public NewMessage ToRecord(DateTimeOffset heldUntil) => new(
        Source.Name, Identity, Body, ContentType, Headers, ReceivedAt, [.. Reading.Events.Select(e => DeliveryOf(e, heldUntil))]);

    /// <summary>What the destination must have, or the sender is refused.</summary>
    public IReadOnlyList<ResourceLookup> MustExist(string eventKey) => Intents.TryGetValue(eventKey, out var intent)
        ? [.. intent.Lookups.OfType<ResourceLookup>().Where(lookup => lookup.RefuseWhenMissing)]
        : [];

    private NewDelivery DeliveryOf(VendorEvent e, DateTimeOffset heldUntil)
    {
        if (e.Problems is [_, ..])
        {
            var reason = string.Join(" ", e.Problems.Select(problem => problem.Text));
            return new NewDelivery(e.Key, e.Type, e.Type, Dead: new WhyDead(reason, OutcomeJson.Text(e.Problems)));
        }

        if (e.Acknowledged is { } because)
            return new NewDelivery(e.Key, e.Type, e.Type, because, Doubts: e.Drift.Count > 0 ? new Doubts([], e.Drift).ToJson() : null);
        var intent = Intents[e.Key];
        return new NewDelivery(e.Key, e.Type, intent.Lane, HeldUntil: MustExist(e.Key).Count > 0 ? heldUntil : null, Content: e.Content)
        {
            Correlation = intent.Lookups.OfType<CorrelationLookup>().Select(lookup => lookup.Key).FirstOrDefault(),
        };
    }

    private static string? Kept(IHeaderDictionary headers)
    {
        var kept = new JsonObject();
        foreach (var name in KeptHeaders)
        {
            if (headers[name] is [{ Length: > 0 and <= 256 } value]) kept[name] = value;
        }

        return kept.Count == 0 ? null : kept.ToJsonString();
    }
}
