using FhirGateway.Settings;

namespace FhirGateway.Destination.Proofs;

/// <summary>Where somebody has to look when the destination does not take the gateway's proof.</summary>
internal static class ProofWords
{
    /// <summary>Why no TLS connection comes about.</summary>
    public static string NoSecureConnection(DestinationOptions options) =>
        $"no secure connection to the destination comes about: look at {options.At}:CaFile, which says whom the gateway trusts, and at "
        + $"{options.At}:ClientCertificate, which it shows";

    /// <summary>
    /// Why a connection ends without an answer: with TLS 1.3 the server judges the client's certificate only once the client believes that
    /// it is connected.
    /// </summary>
    public static string EndedWithoutAnswer(DestinationOptions options) =>
        $"the destination ended the connection without an answer: it broke off, or does not take {options.At}:ClientCertificate";

    /// <summary>A refusal of the gateway itself, with the settings that it hangs on.</summary>
    public static string Refused(int status, DestinationOptions options) =>
        $"it answers {status} and so refuses the gateway's credentials: look at {SettingsOf(options)}";

    private static string SettingsOf(DestinationOptions options)
    {
        List<string> names =
        [
            .. options.BearerToken is { Length: > 0 } ? new[] { $"{options.At}:BearerToken" } : [],
            .. options.BasicUser is { Length: > 0 } ? new[] { $"{options.At}:BasicUser and BasicPassword" } : [],
            .. options.BackendServices is not null
                ? new[] { $"{options.At}:BackendServices:ClientId and Scope, and what the server lets that client do" }
                : [],
            .. options.Headers.Count > 0 ? new[] { $"{options.At}:Headers" } : [],
            .. options.ClientCertificate is not null ? new[] { $"{options.At}:ClientCertificate" } : [],
        ];
        return names.Count > 0 ? string.Join(", ", names) : $"{options.At}, which sets none";
    }
}
