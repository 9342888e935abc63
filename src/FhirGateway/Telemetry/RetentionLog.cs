namespace FhirGateway.Telemetry;

/// <summary>The log lines of what leaves the ledger: counts and sources, never whose it was.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(400, LogLevel.Information, "The bodies of {Messages} messages of {Source} are removed.")]
    public static partial void BodiesRemoved(ILogger logger, int messages, string source);

    [LoggerMessage(401, LogLevel.Warning,
        "Of the messages of {Source} whose bodies are removed, {Messages} had a dead delivery that nobody replayed: it never arrived.")]
    public static partial void NeverDelivered(ILogger logger, string source, int messages);

    [LoggerMessage(402, LogLevel.Error,
        "Delivery {Delivery} of {Source} ought to go out again ({Why}), but the body of its message is gone. What lies on the destination "
        + "stays as it is: somebody must look whether it is in the right chart, and current. GET /api/deliveries/{Delivery} tells of it.")]
    public static partial void Stranded(ILogger logger, string delivery, string source, string why);

    [LoggerMessage(403, LogLevel.Error, "What is old could not be removed from the ledger ({Exception}); it is tried again.")]
    public static partial void Failed(ILogger logger, string exception);

    [LoggerMessage(404, LogLevel.Information,
        "{Messages} messages of {Source} and their deliveries are forgotten; {Dead} of them had a dead delivery, which never arrived.")]
    public static partial void ReceiptsRemoved(ILogger logger, int messages, string source, int dead);
}
