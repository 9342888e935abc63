namespace FhirGateway.Telemetry;

/// <summary>The log lines of opening the ledger: counts, never a row.</summary>
internal static partial class RecordingLog
{
    [LoggerMessage(400, LogLevel.Information,
        "An earlier program kept the ledger in clear; it is being sealed. Done with {Rows} rows of {Part}.")]
    public static partial void Sealed(ILogger logger, string part, long rows);

    [LoggerMessage(401, LogLevel.Warning,
        "The ledger is sealed, but its file may still hold something of what was in clear ({Failure}): the next start wipes it.")]
    public static partial void NotWiped(ILogger logger, string failure);

    [LoggerMessage(402, LogLevel.Warning,
        "The keys that seal the ledger lie in its database, in clear: whoever can read the database can read the notes. Set "
        + "Gateway:Ledger:Keys:CertificateFile, or Gateway:Ledger:Keys:Folder to a folder that all gateways share.")]
    public static partial void RingBesideNotes(ILogger logger);
}
