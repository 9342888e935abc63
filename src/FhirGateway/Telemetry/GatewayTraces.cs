using System.Diagnostics;

namespace FhirGateway.Telemetry;

/// <summary>
/// The spans of a message's life, by the source and the delivery: <c>receive</c> and <c>deliver</c>, and below each the steps that it took.
/// A step that shows twice below one of them was done twice. Nothing in them tells what a message says or whom it is about.
/// </summary>
public static class GatewayTraces
{
    /// <summary>The name of the source of these spans.</summary>
    public const string SourceName = "FhirGateway";

    /// <summary>The tag that holds the configured source's name.</summary>
    public const string SourceTag = "fhirgateway.source";

    /// <summary>The tag that holds the ledger's id of a delivery.</summary>
    public const string DeliveryTag = "fhirgateway.delivery";

    private static readonly ActivitySource Spans = new(SourceName);

    /// <summary>A webhook call of a source, from its first byte to its answer.</summary>
    public static Activity? Receiving(string source) => Spans.StartActivity("receive")?.SetTag(SourceTag, source);

    /// <summary>One attempt at a delivery.</summary>
    public static Activity? Delivering(string source, string delivery) =>
        Spans.StartActivity("deliver")?.SetTag(SourceTag, source).SetTag(DeliveryTag, delivery);

    /// <summary>One step of either.</summary>
    public static T Step<T>(string name, Func<T> work)
    {
        using var span = Spans.StartActivity(name);
        return work();
    }

    /// <summary>One step of either that waits for something.</summary>
    public static async Task<T> StepAsync<T>(string name, Func<Task<T>> work)
    {
        using var span = Spans.StartActivity(name);
        return await work();
    }
}
