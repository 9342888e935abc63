namespace FhirGateway.Telemetry;

/// <summary>
/// The log lines of the destination: what it can do, and what was learnt of it. Never what a message says or whom it is about.
/// </summary>
internal static partial class DestinationLog
{
    [LoggerMessage(300, LogLevel.Warning,
        "The destination holds several of {Identifier}, which the gateway shares among all notes: {Used} is used, as the oldest. "
            + "Remove {Others} there.")]
    public static partial void HasDouble(ILogger logger, string identifier, string used, string others);
}
