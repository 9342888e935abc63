namespace FhirGateway.Telemetry;

/// <summary>The log lines of receiving: ids, sources and verdicts, never a body, a header or a key.</summary>
internal static partial class ReceivingLog
{
    [LoggerMessage(100, LogLevel.Information, "Message {Message} of {Source} is recorded: {Deliveries} deliveries.")]
    public static partial void Recorded(ILogger logger, string message, string source, int deliveries);

    [LoggerMessage(101, LogLevel.Information, "Message {Message} of {Source} came again.")]
    public static partial void CameAgain(ILogger logger, string message, string source);

    [LoggerMessage(102, LogLevel.Warning, "Message {Message} of {Source} came again with other bytes; the first ones count.")]
    public static partial void CameAgainChanged(ILogger logger, string message, string source);

    [LoggerMessage(103, LogLevel.Warning, "A call to {Source} is refused with {Status}: {Reason}.")]
    public static partial void Refused(ILogger logger, string source, int status, string reason);

    [LoggerMessage(104, LogLevel.Critical, "A call to {Source} could not be recorded ({Exception}): the vendor is told to send it again.")]
    public static partial void NotRecorded(ILogger logger, string source, string exception);

    [LoggerMessage(105, LogLevel.Warning, "Delivery {Delivery} of {Source} is refused: what it names is not on the destination.")]
    public static partial void RefusedAfterLookup(ILogger logger, string delivery, string source);

    [LoggerMessage(107, LogLevel.Error,
        "Delivery {Delivery} of {Source} is dead from the start, for its event breaks its vendor's rules: GET "
        + "/api/deliveries/{Delivery} says which.")]
    public static partial void Dead(ILogger logger, string delivery, string source);

    [LoggerMessage(106, LogLevel.Information,
        "The API is off and answers 401: set Gateway:Api:SigningKey (32 bytes or more) or Gateway:Api:Token:Authority to switch it on.")]
    public static partial void ApiIsOff(ILogger logger);

    [LoggerMessage(108, LogLevel.Warning,
        "A proven call of {Source} is refused with {Status}: {Reason}. First of {Problems} problems: {Rule} at {Pointer}.")]
    public static partial void RefusedProven(
        ILogger logger, string source, int status, string reason, string pointer, string rule, int problems);

    [LoggerMessage(109, LogLevel.Warning, "{Calls} calls to {Source} were refused by a limit since this was last said: {Reason}.")]
    public static partial void RefusedByLimit(ILogger logger, string source, long calls, string reason);

    [LoggerMessage(111, LogLevel.Warning,
        "The event of delivery {Delivery} of {Source} came again with other content, in message {Message}; what came first counts.")]
    public static partial void EventCameAgainChanged(ILogger logger, string delivery, string source, string message);

    [LoggerMessage(110, LogLevel.Error, "Refused calls could not be written to the ledger ({Exception}).")]
    public static partial void NotCounted(ILogger logger, string exception);
}
