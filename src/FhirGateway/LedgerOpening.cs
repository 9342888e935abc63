using System.Data.Common;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Destination.Proofs;
using FhirGateway.Ledger;
using FhirGateway.Ledger.PostgreSql;
using FhirGateway.Ledger.Protection;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Settings;
using FhirGateway.Telemetry;
using Microsoft.Extensions.Options;

namespace FhirGateway;

/// <summary>Opens the ledger that the settings name, or says in a sentence why it can't be used.</summary>
internal static class LedgerOpening
{
    private const string Keys = "Gateway:Ledger:Keys";

    /// <exception cref="InvalidOperationException">It can't be used: the message says which setting to look at.</exception>
    public static ILedger Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<GatewaySettings>>().Value.Ledger;
        var clock = provider.GetRequiredService<TimeProvider>();
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("FhirGateway.Ledger");
        var server = options.ConnectionString is { Length: > 0 } named ? named : null;
        try
        {
            var keys = KeysOf(options.Keys);
            if (server is not null && keys is { Folder: null, Certificate: null }) RecordingLog.RingBesideNotes(logger);
            return server is not null
                ? PostgresLedger.Open(server, clock, keys, Report)
                : SqliteLedger.Open(options.Path, clock, keys, Report);
        }
        catch (KeyRingException ring)
        {
            throw new InvalidOperationException(
                $"The ledger can't be read. {ring.Message} {Keys}:Folder says where the ring lies, {Keys}:CertificateFile what opens it.",
                ring);
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or DbException or InvalidOperationException or ArgumentException
                or CryptographicException)
        {
            // Never the connection string itself: it holds a password.
            throw new InvalidOperationException(
                server is not null
                    ? $"The ledger's database can't be used: {Sentence(failure)} Gateway:Ledger:ConnectionString says where it is."
                    : $"The ledger {options.Path} can't be used: {Sentence(failure)} Gateway:Ledger:Path names the file; its folder must "
                        + "be writable.",
                failure);
        }

        void Report(SealingProgress at)
        {
            if (at.Failure is { } failure) RecordingLog.NotWiped(logger, failure.Message);
            else RecordingLog.Sealed(logger, at.Part, at.Rows);
        }
    }

    /// <summary>Why the configured certificate can't seal the ring, as a sentence; null when it can, or there is none.</summary>
    public static string? CertificateFlaw(LedgerKeysOptions options)
    {
        try
        {
            using var certificate = CertificateOf(options);
            return certificate is null || certificate.GetRSAPrivateKey() is not null
                ? null
                : $"{Keys}:CertificateFile holds no RSA certificate: other kinds can't seal a key ring.";
        }
        catch (Exception failure)
            when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"{Keys}:CertificateFile can't be used: {failure.Message} It must be PEM or a PFX, with the private key in it or in "
                + $"{Keys}:KeyFile, and {Keys}:Password where that is encrypted.";
        }
    }

    // What drivers say ends in a period or not.
    private static string Sentence(Exception failure) => failure.Message.TrimEnd('.') + ".";

    private static LedgerKeys KeysOf(LedgerKeysOptions options) => new()
    {
        Folder = options.Folder is { Length: > 0 } folder ? folder : null,
        Certificate = CertificateOf(options),
    };

    private static X509Certificate2? CertificateOf(LedgerKeysOptions options)
    {
        if (options.CertificateFile is not { Length: > 0 } file) return null;
        var files = new ClientCertificateOptions { CertificateFile = file, KeyFile = options.KeyFile, Password = options.Password };
        return ClientCertificate.Read(files, [.. ClientCertificate.FilesOf(files).Select(File.ReadAllBytes)]).Certificate;
    }
}

/// <summary>Refuses to start with a certificate that can't seal the ledger's key ring.</summary>
internal sealed class LedgerKeyChecks : IValidateOptions<GatewaySettings>
{
    public ValidateOptionsResult Validate(string? name, GatewaySettings options) =>
        LedgerOpening.CertificateFlaw(options.Ledger.Keys) is { } flaw ? ValidateOptionsResult.Fail(flaw) : ValidateOptionsResult.Success;
}
