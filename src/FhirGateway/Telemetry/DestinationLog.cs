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

    [LoggerMessage(301, LogLevel.Warning,
        "The destination's CapabilityStatement names no {Features}: deliveries that need it may be refused.")]
    public static partial void LacksFeatures(ILogger logger, string features);

    [LoggerMessage(302, LogLevel.Warning,
        "The destination did some entries of a transaction and failed others: from now on it is not believed to be atomic, and earlier "
        + "versions are ended in a second request.")]
    public static partial void IsNotAtomic(ILogger logger);

    [LoggerMessage(303, LogLevel.Warning,
        "The destination does not accept ids from clients: from now on what has no identifier in R4 is written under a tag. "
        + "{At}:ClientIds decides.")]
    public static partial void TakesNoClientIds(ILogger logger, string at);

    [LoggerMessage(304, LogLevel.Warning,
        "The destination refused {Entries} entries in one transaction: from now on larger ones go out in parts. "
        + "{At}:MaxEntries sets the size.")]
    public static partial void HasEntryLimit(ILogger logger, int entries, string at);

    [LoggerMessage(305, LogLevel.Warning, "The destination fails, or asks to be left alone: no delivery begins for {Time}. {Why}")]
    public static partial void IsPaused(ILogger logger, TimeSpan time, string? why);

    [LoggerMessage(306, LogLevel.Information, "The destination answers again: what waited for it goes on.")]
    public static partial void IsBack(ILogger logger);

    [LoggerMessage(307, LogLevel.Warning, "{Doubt}")]
    public static partial void CertificateInDoubt(ILogger logger, string doubt);

    [LoggerMessage(308, LogLevel.Warning,
        "The files of {At}:ClientCertificate or :CaFile changed and can't be used: the ones before hold on. {Reason}")]
    public static partial void CertificateUnusable(ILogger logger, string at, string reason);

    [LoggerMessage(309, LogLevel.Warning,
        "The files of {At}:BackendServices:KeyFile or :OtherKeyFiles changed and can't be used: the keys before hold on. {Reason}")]
    public static partial void KeysUnusable(ILogger logger, string at, string reason);

    [LoggerMessage(310, LogLevel.Information, "The destination's token endpoint gave an access token, which is used for {Time}.")]
    public static partial void HasToken(ILogger logger, TimeSpan time);

    [LoggerMessage(312, LogLevel.Error, "Nothing is delivered to the destination; messages are taken and wait. {Why}")]
    public static partial void IsRefused(ILogger logger, string why);

    [LoggerMessage(313, LogLevel.Warning, "The destination is mended, or is written to in another way: what waited goes out.")]
    public static partial void IsNoLongerRefused(ILogger logger);

    [LoggerMessage(314, LogLevel.Warning, "The probe of the destination failed ({Failure}), and is made again.")]
    public static partial void ProbeFailed(ILogger logger, string failure);

    [LoggerMessage(311, LogLevel.Warning, "Asked for an access token: {Reason}.")]
    public static partial void HasNoToken(ILogger logger, string reason);
}
