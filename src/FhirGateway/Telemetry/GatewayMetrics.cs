using System.Diagnostics.Metrics;

namespace FhirGateway.Telemetry;

/// <summary>What the gateway counts, by source. Meter <c>FhirGateway</c>.</summary>
public sealed class GatewayMetrics
{
    public const string MeterName = "FhirGateway";

    private readonly Meter _meter;
    private readonly Counter<long> _received;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _parked;
    private readonly Counter<long> _parkedSearches;
    private readonly Counter<long> _dead;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _drift;
    private readonly Counter<long> _doubts;
    private readonly Counter<long> _changed;
    private readonly Counter<long> _stranded;
    private readonly Counter<long> _moved;
    private readonly Counter<long> _fenced;
    private readonly Counter<long> _bodiesRemoved;
    private readonly Counter<long> _receiptsRemoved;
    private readonly DriftPlaces _places = new();
    private readonly Histogram<double> _latency;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(MeterName);
        _received = meter.CreateCounter<long>(
            "fhirgateway.messages.received", "{message}", "Webhook calls recorded, or recognised as recorded before.");
        _refused = meter.CreateCounter<long>("fhirgateway.messages.refused", "{message}", "Webhook calls refused, by reason.");
        _delivered = meter.CreateCounter<long>("fhirgateway.deliveries.delivered", "{delivery}", "Deliveries the destination took.");
        _parked = meter.CreateCounter<long>(
            "fhirgateway.deliveries.parked", "{delivery}", "Attempts that ended waiting for something named.");
        _parkedSearches = meter.CreateCounter<long>(
            "fhirgateway.parked.searches", "{search}", "Searches for what parked deliveries wait for, each for many of them.");
        _dead = meter.CreateCounter<long>(
            "fhirgateway.deliveries.dead", "{delivery}", "Deliveries that are dead: not tried again until somebody replays them.");
        _retried = meter.CreateCounter<long>("fhirgateway.deliveries.retried", "{attempt}", "Attempts that failed for a passing cause.");
        _drift = meter.CreateCounter<long>("fhirgateway.payload.drift", "{field}", "Fields of payloads that no rule knows, by place.");
        _doubts = meter.CreateCounter<long>("fhirgateway.payload.doubts", "{doubt}", "Values that were read with a doubt.");
        _changed = meter.CreateCounter<long>(
            "fhirgateway.events.changed", "{event}", "Events that came again with other content than the first time, which stays.");
        _stranded = meter.CreateCounter<long>(
            "fhirgateway.deliveries.stranded", "{delivery}", "Deliveries that ought to go out again, but their messages' bodies are gone.");
        _moved = meter.CreateCounter<long>(
            "fhirgateway.deliveries.moved", "{delivery}", "Deliveries worked that another gateway, or an earlier run, had before.");
        _fenced = meter.CreateCounter<long>(
            "fhirgateway.deliveries.fenced", "{delivery}", "Deliveries not sent, since another gateway had taken them over meanwhile.");
        _bodiesRemoved = meter.CreateCounter<long>("fhirgateway.retention.bodies", "{message}", "Messages whose bodies were removed.");
        _receiptsRemoved = meter.CreateCounter<long>(
            "fhirgateway.retention.receipts", "{message}", "Messages that were forgotten, with their deliveries.");
        _latency = meter.CreateHistogram<double>("fhirgateway.delivery.latency", "s", "From receipt to the destination's acceptance.");
    }

    /// <summary>Shows how many deliveries may be worked at once, whenever somebody reads the metrics.</summary>
    /// <param name="destination">A named destination's name; null for the default one.</param>
    public void ShowLimit(string? destination, Func<int> limit) => _meter.CreateObservableGauge(
        "fhirgateway.deliveries.limit",
        () => destination is null ? new Measurement<int>(limit()) : new Measurement<int>(limit(), [new("destination", destination)]),
        "{delivery}",
        "Deliveries that may be worked at once, as found from how long they take.");

    /// <summary>Shows what this gateway sees of its cluster, whenever somebody reads the metrics.</summary>
    public void ShowCluster(Func<int> members, Func<int> lanes)
    {
        _meter.CreateObservableGauge(
            "fhirgateway.cluster.members",
        members,
        "{gateway}",
        "Gateways of the cluster, as this one sees it; none while it is no member.");
        _meter.CreateObservableGauge(
            "fhirgateway.cluster.lanes", lanes, "{lane}", "Lanes that the cluster has placed at this gateway.");
    }

    public void Received(string source, bool duplicate) => _received.Add(1, new("source", source), new("duplicate", duplicate));

    public void Refused(string source, string reason) => _refused.Add(1, new("source", source), new("reason", reason));

    public void Delivered(string source, TimeSpan latency)
    {
        _delivered.Add(1, new KeyValuePair<string, object?>("source", source));
        _latency.Record(latency.TotalSeconds, new KeyValuePair<string, object?>("source", source));
    }

    public void Parked(string source) => _parked.Add(1, new KeyValuePair<string, object?>("source", source));

    public void AskedForParked() => _parkedSearches.Add(1);

    public void Dead(string source) => _dead.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <param name="cause">A word for what failed.</param>
    public void Retried(string source, string cause) => _retried.Add(1, new("source", source), new("cause", cause));

    /// <param name="pointers">RFC 6901 pointers to what no rule knows.</param>
    public void Drifted(string source, IEnumerable<string> pointers)
    {
        foreach (var pointer in pointers) _drift.Add(1, new("source", source), new("pointer", _places.Of(source, pointer)));
    }

    public void Doubted(string source, int doubts)
    {
        if (doubts > 0) _doubts.Add(doubts, new KeyValuePair<string, object?>("source", source));
    }

    /// <summary>A delivery is worked here that another gateway, or an earlier run of this one, had before.</summary>
    public void Moved(string source) => _moved.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>Another gateway had it by the time that it would have been sent: it was not.</summary>
    public void Fenced(string source) => _fenced.Add(1, new KeyValuePair<string, object?>("source", source));

    public void Stranded(string source) => _stranded.Add(1, new KeyValuePair<string, object?>("source", source));

    public void BodiesRemoved(string source, int messages) =>
        _bodiesRemoved.Add(messages, new KeyValuePair<string, object?>("source", source));

    public void ReceiptsRemoved(string source, int messages) =>
        _receiptsRemoved.Add(messages, new KeyValuePair<string, object?>("source", source));

    public void CameAgainChanged(string source) => _changed.Add(1, new KeyValuePair<string, object?>("source", source));
}
