using Microsoft.Extensions.Logging;

namespace FhirGateway.Cluster;

/// <summary>The log lines of joining and leaving.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(600, LogLevel.Information, "This gateway has joined the cluster {Cluster}.")]
    public static partial void Joined(ILogger logger, string cluster);

    [LoggerMessage(601, LogLevel.Warning,
        "This gateway is no member of the cluster any more ({Why}): it goes on as one alone, and joins anew in {Wait}.")]
    public static partial void Evicted(ILogger logger, string why, TimeSpan wait);

    [LoggerMessage(602, LogLevel.Error,
        "This gateway can't join the cluster ({Exception}): {Message} It goes on as one alone, and tries again in {Wait}.")]
    public static partial void CantJoin(ILogger logger, string exception, string message, TimeSpan wait);

    [LoggerMessage(603, LogLevel.Warning,
        "The gateways of the cluster talk in the clear: set Gateway:Cluster:CertificateFile, or let nobody else reach their port.")]
    public static partial void InTheClear(ILogger logger);
}
