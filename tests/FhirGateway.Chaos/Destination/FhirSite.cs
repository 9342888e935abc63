using System.Net;
using System.Text;
using System.Text.Json;
using FhirGateway.Chaos.Judging;
using FhirGateway.Chaos.Vendors;
using FhirGateway.Sandbox;

namespace FhirGateway.Chaos.Destination;

/// <summary>The FHIR server itself, behind the proxy: whom it knows, and what lies on it in the end.</summary>
internal sealed class FhirSite : IAsyncDisposable
{
    private readonly Loopback? _own;
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromMinutes(2) };

    /// <param name="given">A server that runs already; null for a sandbox, which keeps what it has when it is restarted.</param>
    public FhirSite(Uri? given)
    {
        if (given is null)
        {
            var sandbox = new SandboxServer(TimeProvider.System);
            _own = new Loopback(Loopback.FreePort(), app => app.MapSandbox("/fhir", sandbox));
        }

        Url = new Uri((given ?? new Uri(_own!.Url, "fhir")).AbsoluteUri.TrimEnd('/') + "/");
    }

    /// <summary>Its base URL, with a slash at the end.</summary>
    public Uri Url { get; }

    /// <summary>Whether it can be stopped and started.</summary>
    public bool IsOwn => _own is not null;

    public Task StartAsync() => _own?.OpenAsync() ?? Task.CompletedTask;

    public Task StopAsync() => _own?.CloseAsync() ?? Task.CompletedTask;

    /// <summary>Registers patients.</summary>
    public async Task RegisterAsync(IEnumerable<string> patients)
    {
        foreach (var patient in patients) await CreateAsync("Patient", Identified("Patient", patient), CancellationToken.None);
    }

    /// <summary>Registers what a document's notes refer to beside the patient.</summary>
    public async Task AdmitAsync(Document document, CancellationToken cancellationToken)
    {
        if (document.Vendor.About is { } type)
        {
            var subject = new { reference = $"Patient/{await IdOfPatientAsync(document.Patient, cancellationToken)}" };
            var resource = Identified(type, document.Vendor.AboutOf(document));
            if (type == "Encounter")
            {
                resource["status"] = "finished";
                resource["class"] = new { system = "http://terminology.hl7.org/CodeSystem/v3-ActCode", code = "AMB" };
                resource["subject"] = subject;
            }
            else
            {
                resource["status"] = "booked";
                resource["participant"] = new[] { new { actor = subject, status = "accepted" } };
            }

            await CreateAsync(type, resource, cancellationToken);
        }

        document.IsAdmitted = true;
    }

    /// <summary>All that lies on it, under whatever name.</summary>
    public async Task<Chart> ReadAsync()
    {
        var patients = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var patient in AllAsync("Patient"))
        {
            foreach (var identifier in patient.GetProperty("identifier").EnumerateArray())
            {
                if (identifier.TryGetProperty("system", out var system) && system.GetString() == Vendor.SystemOf("Patient"))
                    patients[$"Patient/{patient.GetProperty("id").GetString()}"] = identifier.GetProperty("value").GetString()!;
            }
        }

        var resources = new List<Filed>();
        foreach (var type in (string[])["DocumentReference", "Composition", "MedicationStatement"])
        {
            await foreach (var resource in AllAsync(type)) resources.AddRange(Filed.Of(resource, patients));
        }

        return new Chart(resources);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_own is not null) await _own.DisposeAsync();
    }

    private readonly Dictionary<string, string> _patientIds = new(StringComparer.Ordinal);

    private async Task<string> IdOfPatientAsync(string patient, CancellationToken cancellationToken)
    {
        lock (_patientIds)
        {
            if (_patientIds.TryGetValue(patient, out var known)) return known;
        }

        var query = $"Patient?identifier={Uri.EscapeDataString($"{Vendor.SystemOf("Patient")}|{patient}")}";
        var found = await GetAsync(new Uri(Url, query), cancellationToken);
        var id = found.GetProperty("entry")[0].GetProperty("resource").GetProperty("id").GetString()!;
        lock (_patientIds) _patientIds[patient] = id;
        return id;
    }

    private static Dictionary<string, object> Identified(string type, string value) => new()
    {
        ["resourceType"] = type,
        ["identifier"] = new[] { new { system = Vendor.SystemOf(type), value } },
    };

    // The site's own system is patient while the server is down. An answer that was lost must not make a second one.
    private async Task CreateAsync(string type, Dictionary<string, object> resource, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(resource);
        var identifier = JsonSerializer.SerializeToElement(resource["identifier"])[0].GetProperty("value").GetString();
        await PatientlyAsync(
            async () =>
            {
                using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, type))
                {
                    Content = new StringContent(json, Encoding.UTF8, "application/fhir+json"),
                };
                call.Headers.Add("If-None-Exist", $"identifier={Uri.EscapeDataString($"{Vendor.SystemOf(type)}|{identifier}")}");
                using var answer = await _http.SendAsync(call, cancellationToken);
                return answer.EnsureSuccessStatusCode().StatusCode;
            },
            cancellationToken);
    }

    private async IAsyncEnumerable<JsonElement> AllAsync(string type)
    {
        for (var page = new Uri(Url, $"{type}?_count=200"); page is not null;)
        {
            var bundle = await GetAsync(page, CancellationToken.None);
            page = bundle.GetProperty("link").EnumerateArray()
                .Where(link => link.GetProperty("relation").GetString() == "next")
                .Select(link => new Uri(link.GetProperty("url").GetString()!))
                .FirstOrDefault();
            if (!bundle.TryGetProperty("entry", out var entries)) continue;
            foreach (var entry in entries.EnumerateArray()) yield return entry.GetProperty("resource");
        }
    }

    private Task<JsonElement> GetAsync(Uri url, CancellationToken cancellationToken) => PatientlyAsync(
        async () => JsonDocument.Parse(await _http.GetByteArrayAsync(url, cancellationToken)).RootElement, cancellationToken);

    private static async Task<T> PatientlyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (HttpRequestException failure)
                when (tries < 300 && failure.StatusCode is null or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }
}
