using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Mappings.Hami;

namespace FhirGateway.Benchmarks;

/// <summary>The gateway in a process of its own, with a source for every vendor, delivering to its sandbox or to a server.</summary>
internal sealed class ServingGateway : IDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly VendorCatalog Vendors = VendorCatalog.Scan(typeof(HamiVendor).Assembly);
    private static readonly string[] Systems = ["Patient", "Encounter", "Appointment", "Practitioner"];
    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-benchmark-");
    private readonly HttpClient _http;

    /// <param name="connections">The most at once.</param>
    /// <param name="more">Further settings, as on the command line; the last of a name counts.</param>
    public ServingGateway(int connections, params string[] more)
    {
        var settings = new List<string>
        {
            "--urls=http://127.0.0.1:0",
            "--Gateway:Destination:Sandbox=true",
            "--Gateway:Receiving:AllowHttp=true",
            $"--Gateway:Ledger:Path={Path.Combine(_folder.FullName, "ledger.db")}",
            "--Logging:LogLevel:FhirGateway=Error",
        };
        foreach (var vendor in Vendors.Vendors)
        {
            settings.Add($"--Gateway:Sources:{vendor.Name}:Vendor={vendor.Name}");
            settings.AddRange(Systems.Select(type => $"--Gateway:Sources:{vendor.Name}:Systems:{type}=urn:benchmark:{type.ToLowerInvariant()}"));
            settings.AddRange(vendor.Proofs.Select(proof => $"--Gateway:Sources:{vendor.Name}:Keys:{proof.Name}:flood={Secret(proof)}"));
        }

        settings.AddRange(more);
        _process = Process.Start(new ProcessStartInfo(Corpus.Gateway(), settings) { RedirectStandardOutput = true })!;
        string? line;
        do line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The gateway does not serve.");
        while (!line.Contains(Listening, StringComparison.Ordinal));
        _ = _process.StandardOutput.ReadToEndAsync();
        var url = line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim();
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = new Uri(url + "/") };
    }

    /// <summary>The memory that the process holds, in bytes.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time that the process has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of the ledger's files.</summary>
    public long LedgerBytes => _folder.EnumerateFiles("ledger.db*").Sum(file => file.Length);

    /// <summary>Where it listens.</summary>
    public Uri Url => _http.BaseAddress!;

    /// <summary>How many notes it has delivered, as its metrics say.</summary>
    public async Task<long> DeliveredAsync()
    {
        var metrics = await _http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return metrics.Split('\n')
            .Where(line => line.StartsWith("fhirgateway_deliveries_delivered", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split('}')[1].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public static VendorDefinition Vendor(string name) => Vendors.Find(name)!;

    /// <summary>Sends a proven call.</summary>
    /// <returns>The HTTP status, and how long the answer took.</returns>
    public async Task<(int Status, double Milliseconds)> SendAsync(
        string vendor, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var call = Proven(vendor, body);
        var clock = Stopwatch.StartNew();
        using var answer = await _http.SendAsync(call, cancellationToken);
        return ((int)answer.StatusCode, clock.Elapsed.TotalMilliseconds);
    }

    /// <summary>A call that carries its proof.</summary>
    public static HttpRequestMessage Proven(string vendor, ReadOnlyMemory<byte> body)
    {
        var call = new HttpRequestMessage(HttpMethod.Post, "webhooks/" + vendor) { Content = new ReadOnlyMemoryContent(body) };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var definition = Vendor(vendor);
        foreach (var proof in definition.ProofsNeeded == ProofsNeeded.Every ? definition.Proofs : definition.Proofs.Take(1))
        {
            foreach (var (name, value) in proof.Sign(Secret(proof), body, TimeProvider.System.GetUtcNow()))
                call.Headers.TryAddWithoutValidation(name, value);
        }

        return call;
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Secret(ProofScheme proof) => proof.SecretOf($"the-secret-of-the-flood-for-{proof.Name}");
}
