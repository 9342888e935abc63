namespace FhirGateway.Telemetry;

/// <summary>The log lines of translating and delivering: ids, sources and states, never what a message says or whom it is about.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(200, LogLevel.Information, "Delivery {Delivery} of {Source} is delivered, at attempt {Attempt}.")]
    public static partial void Delivered(ILogger logger, string delivery, string source, int attempt);

    [LoggerMessage(201, LogLevel.Information,
        "Delivery {Delivery} of {Source} is parked: GET /api/deliveries/{Delivery} says what it waits for.")]
    public static partial void Parked(ILogger logger, string delivery, string source);

    [LoggerMessage(202, LogLevel.Error,
        "Delivery {Delivery} of {Source} is dead after attempt {Attempt}: GET /api/deliveries/{Delivery} says why; replay it once "
        + "that is corrected.")]
    public static partial void Dead(ILogger logger, string delivery, string source, int attempt);

    [LoggerMessage(203, LogLevel.Warning, "Delivery {Delivery} of {Source} is tried again in {Wait}: {Reason}.")]
    public static partial void TriedAgainLater(ILogger logger, string delivery, string source, string reason, TimeSpan wait);

    [LoggerMessage(204, LogLevel.Error,
        "Delivery {Delivery} of {Source} can't go out until the configuration is changed: {Reason}. Next try in {Wait}.")]
    public static partial void Misconfigured(ILogger logger, string delivery, string source, string reason, TimeSpan wait);

    [LoggerMessage(205, LogLevel.Error,
        "Delivery {Delivery} of {Source} met an unexpected {Exception}; it stays in the ledger and is tried again.")]
    public static partial void AttemptFailed(ILogger logger, string delivery, string source, string exception);

    [LoggerMessage(210, LogLevel.Warning,
        "Delivery {Delivery} of {Source} goes on with {Doubts} doubts and {Fields} fields that no rule knows: "
        + "GET /api/deliveries/{Delivery} lists them.")]
    public static partial void Doubted(ILogger logger, string delivery, string source, int doubts, int fields);

    [LoggerMessage(206, LogLevel.Critical, "The ledger failed ({Exception}): {Message}")]
    public static partial void LedgerFailed(ILogger logger, string exception, string message);

    [LoggerMessage(208, LogLevel.Debug, "Delivery {Delivery} of {Source} waits its turn behind other versions of its document.")]
    public static partial void Relaned(ILogger logger, string delivery, string source);

    [LoggerMessage(209, LogLevel.Warning,
        "Gateway:IdentifierBase is not set: what the gateway writes is named under urn:fhir-gateway:{{source}}, as at every other site. "
        + "Set a URI that the site owns before two gateways write to one server.")]
    public static partial void HasNoIdentifierBase(ILogger logger);

    [LoggerMessage(211, LogLevel.Warning,
        "Gateway:IdentifierBase is another one than before: {Deliveries} deliveries that may have been written keep the names that they "
        + "were given. Whatever is new is named under the new one.")]
    public static partial void NameBaseChanged(ILogger logger, int deliveries);

    [LoggerMessage(212, LogLevel.Warning,
        "The source {Source} delivered to {Before} until now, and delivers to {Now} from now on. What it wrote to {Before} stays current "
        + "there, and nothing ends it once a later version goes to {Now}: docs/destinations.md says what to do.")]
    public static partial void Moved(ILogger logger, string source, string before, string now);

    [LoggerMessage(220, LogLevel.Information,
        "Of what parked deliveries wait for, {Things} things are there: {Deliveries} deliveries go on.")]
    public static partial void Arrived(ILogger logger, int things, int deliveries);

    [LoggerMessage(221, LogLevel.Warning, "What parked deliveries wait for could not be asked for ({Failure}); it is asked for again.")]
    public static partial void NotAsked(ILogger logger, string failure);

    [LoggerMessage(207, LogLevel.Warning,
        "Deliveries go to the sandbox under /fhir, which forgets everything when the gateway stops: set "
        + "Gateway:Destination:BaseUrl to a FHIR R4 server.")]
    public static partial void DeliversToSandbox(ILogger logger);
}
