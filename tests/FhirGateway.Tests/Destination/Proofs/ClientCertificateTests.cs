using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FhirGateway.Destination.Proofs;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Settings;
using FhirGateway.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>A destination that lets in only whom it knows by certificate, and that the gateway knows by the hospital's own authority.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private const string Password = "the-password-of-the-key";
    private const string At = "Gateway:Destination:ClientCertificate";

    private readonly TestAuthority _authority = new("hospital");
    private readonly TestAuthority _stranger = new("stranger");
    private readonly SandboxServer _sandbox = new(TimeProvider.System);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-proofs-");

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("encrypted pem")]
    [InlineData("one pem")]
    [InlineData("pfx")]
    public async Task A_note_reaches_a_server_that_asks_for_a_certificate(string kind)
    {
        await using var server = await CertifiedServer.StartAsync(_authority, _authority, _sandbox);
        using var certificate = _authority.Issue("the-gateway");
        using var logs = new CapturedLogs();
        await using (var gateway = await StartAsync(server, Files(kind, certificate), logs: logs))
        {
            await gateway.SendAsync(Notes.Source, Notes.Of("pat-1"));
            await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
            await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);

            await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
            Assert.Equal([certificate.Thumbprint], server.Seen.Distinct());
            await gateway.UntilAsync(() => ReadyAsync(gateway), ready => ready.GetProperty("status").GetString() == "healthy");
        }

        Assert.DoesNotContain(logs.Lines, line => line.Contains(Password, StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_one_that_the_server_takes_the_note_waits_and_nothing_is_lost()
    {
        await using var server = await CertifiedServer.StartAsync(_authority, _authority, _sandbox);
        using var certificate = _stranger.Issue("the-gateway");
        await using var gateway = await StartAsync(server, Files("pem", certificate, _stranger));

        await gateway.SendAsync(Notes.Source, Notes.Of("pat-1"));

        var waiting = await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Pending, Reason: not null }]);
        Assert.Contains(At, waiting[0].Reason, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_server_of_another_authority_than_the_named_one_is_sent_nothing()
    {
        await using var server = await CertifiedServer.StartAsync(_stranger, _authority, _sandbox);
        using var certificate = _authority.Issue("the-gateway");
        await using var gateway = await StartAsync(server, Files("pem", certificate));

        await gateway.SendAsync(Notes.Source, Notes.Of("pat-1"));

        var waiting = await gateway.UntilAsync(
            Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Pending, Reason: not null }]);
        Assert.Contains("Gateway:Destination:CaFile", waiting[0].Reason, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task Another_certificate_in_the_files_is_shown_without_a_restart_and_a_broken_one_never()
    {
        await using var server = await CertifiedServer.StartAsync(_authority, _authority, _sandbox);
        using var first = _authority.Issue("first");
        using var second = _authority.Issue("second");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var logs = new CapturedLogs();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using var transport = new DestinationTransport(
            SettingsOf(server, Files("pem", first)).Destination, clock, factory.CreateLogger<DestinationTransport>());
        using var client = new HttpClient(transport);

        async Task<string> ShownAsync()
        {
            using var answer = await client.GetAsync(new Uri(server.BaseUrl + "/metadata"));
            return server.Seen.Last();
        }

        Assert.Equal(first.Thumbprint, await ShownAsync());

        await File.WriteAllTextAsync(In("client.pem"), "-----BEGIN CERTIFICATE-----\nhalf");
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(first.Thumbprint, await ShownAsync());
        }

        Assert.Single(logs.Lines, line => line.Contains("can't be used", StringComparison.Ordinal));

        Files("pem", second);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(second.Thumbprint, await ShownAsync());
    }

    [Theory]
    [InlineData(-1, "degraded", "The client certificate ended on")]
    [InlineData(100, "degraded", "The client certificate holds only from")]
    [InlineData(10, "healthy", "The client certificate ends on")]
    public async Task One_that_ended_or_ends_soon_is_told_and_webhooks_are_taken(int until, string status, string words)
    {
        await using var server = await CertifiedServer.StartAsync(_authority, _authority, _sandbox);
        using var certificate = _authority.Issue("the-gateway", until);
        using var logs = new CapturedLogs();
        await using var gateway = await StartAsync(server, Files("pem", certificate), logs: logs);

        using var answer = await gateway.SendAsync(Notes.Source, Notes.Of("pat-1"));

        // Asked first, a server may take longer to describe itself than whoever asks for health waits.
        await gateway.UntilAsync(
            () => ReadyAsync(gateway),
            known => known.GetProperty("status").GetString() == status && known.GetRawText().Contains(words, StringComparison.Ordinal));

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("health/ready")).StatusCode);
        Assert.Contains(logs.Lines, line => line.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("missing", $"{At}:CertificateFile: there is no file")]
    [InlineData("missing key", $"{At}:KeyFile: there is no file")]
    [InlineData("unnamed", $"{At}:CertificateFile is missing")]
    [InlineData("other key", "can't be used")]
    [InlineData("wrong password", "is Password the right one?")]
    [InlineData("no password", "Its key is encrypted, and no Password is set.")]
    [InlineData("no key in pfx", "It holds no private key.")]
    [InlineData("no certificate", "It holds no certificate")]
    [InlineData("http", $"{At} is for an https destination")]
    [InlineData("no roots", "Gateway:Destination:CaFile: ")]
    [InlineData("missing roots", "Gateway:Destination:CaFile: there is no file")]
    public async Task One_that_can_not_be_used_keeps_the_gateway_from_starting_and_is_told(string what, string words)
    {
        using var certificate = _authority.Issue("the-gateway");
        using var other = _authority.Issue("other");
        var settings = Files(what is "wrong password" or "no password" ? "encrypted pem" : "pem", certificate);
        settings["Gateway:Destination:BaseUrl"] = "https://fhir.example/r4";
        switch (what)
        {
            case "missing": settings[$"{At}:CertificateFile"] = In("nowhere.pem"); break;
            case "missing key": settings[$"{At}:KeyFile"] = In("nowhere.pem"); break;
            case "unnamed": settings[$"{At}:CertificateFile"] = null; break;
            case "other key":
                await File.WriteAllTextAsync(In("key.pem"), other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
                break;
            case "wrong password": settings[$"{At}:Password"] = "not-the-password-of-the-key"; break;
            case "no password": settings[$"{At}:Password"] = null; break;
            case "no key in pfx":
                using (var bare = X509CertificateLoader.LoadCertificate(certificate.RawData))
                    await File.WriteAllBytesAsync(In("bare.pfx"), bare.Export(X509ContentType.Pkcs12));
                settings = new() { [$"{At}:CertificateFile"] = In("bare.pfx"), ["Gateway:Destination:BaseUrl"] = "https://fhir.example/r4" };
                break;
            case "no certificate": await File.WriteAllTextAsync(In("client.pem"), "-----BEGIN NOTHING-----\n-----END NOTHING-----"); break;
            case "http": settings["Gateway:Destination:BaseUrl"] = "http://fhir.example/r4"; break;
            case "no roots": await File.WriteAllTextAsync(In("roots.pem"), "roots"); break;
            default: settings["Gateway:Destination:CaFile"] = In("nowhere.pem"); break;
        }

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(settings));

        Assert.Contains(failure.Failures, each => each.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain(Password, failure.Message, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ReadyAsync(RunningGateway gateway)
    {
        using var answer = await gateway.Http.GetAsync("health/ready");
        return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("checks").GetProperty("destination");
    }

    private Task<RunningGateway> StartAsync(CertifiedServer server, Dictionary<string, string?> settings, ILoggerProvider? logs = null)
    {
        settings["Gateway:Destination:BaseUrl"] = server.BaseUrl;
        if (logs is not null) settings["Logging:LogLevel:Default"] = "Trace";
        return RunningGateway.StartAsync(settings, _sandbox, logs: logs);
    }

    private static GatewaySettings SettingsOf(CertifiedServer server, Dictionary<string, string?> files) => new()
    {
        Destination = new DestinationOptions
        {
            BaseUrl = server.BaseUrl,
            CaFile = files["Gateway:Destination:CaFile"],
            ClientCertificate = new() { CertificateFile = files[$"{At}:CertificateFile"], KeyFile = files[$"{At}:KeyFile"] },
        },
    };

    /// <summary>Writes a certificate as a site may have it, and says how it is configured.</summary>
    private Dictionary<string, string?> Files(string kind, X509Certificate2 certificate, TestAuthority? authority = null)
    {
        authority ??= _authority;
        File.WriteAllText(In("roots.pem"), _authority.RootPem);
        var settings = new Dictionary<string, string?> { ["Gateway:Destination:CaFile"] = In("roots.pem") };
        var (shown, key) = (certificate.ExportCertificatePem() + authority.BetweenPem, certificate.GetECDsaPrivateKey()!);
        if (kind == "pfx")
        {
            File.WriteAllBytes(In("client.pfx"), authority.Chain(certificate).Export(X509ContentType.Pkcs12, Password)!);
            settings[$"{At}:CertificateFile"] = In("client.pfx");
            settings[$"{At}:Password"] = Password;
            return settings;
        }

        settings[$"{At}:CertificateFile"] = In("client.pem");
        if (kind == "one pem")
        {
            File.WriteAllText(In("client.pem"), key.ExportPkcs8PrivateKeyPem() + "\n" + shown);
            return settings;
        }

        File.WriteAllText(In("client.pem"), shown);
        settings[$"{At}:KeyFile"] = In("key.pem");
        if (kind == "encrypted pem") settings[$"{At}:Password"] = Password;
        File.WriteAllText(In("key.pem"), kind == "encrypted pem"
            ? key.ExportEncryptedPkcs8PrivateKeyPem(
                Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000))
            : key.ExportPkcs8PrivateKeyPem());
        return settings;
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
