using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Destination;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Pipeline.Charts;

/// <summary>
/// A gateway before a server that others write to, too: the sandbox, or a real HAPI where one is named. Whatever a test names carries its
/// run, so that tests don't meet on one server.
/// </summary>
internal sealed class Hospital : IAsyncDisposable
{
    private const string Class = """ "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } """;

    private readonly HttpClient? _http;
    private readonly FlakyDestination _wire;

    private Hospital(RunningGateway gateway, FlakyDestination wire, HttpClient? http, string run)
    {
        (Gateway, _wire, _http, Run) = (gateway, wire, http, run);
        Server = http is null ? gateway.Sandbox : new FhirClient(http);
    }

    public RunningGateway Gateway { get; }

    /// <summary>The destination, asked past the gateway.</summary>
    public FhirClient Server { get; }

    /// <summary>Tells this test's names from all others.</summary>
    public string Run { get; }

    /// <summary>The next transactions are done, and their answers lost on the way.</summary>
    public int AnswersToLose
    {
        set => _wire.AnswersToLose = value;
    }

    public static async Task<Hospital> OpenAsync(
        bool isReal, string? ledger = null, Dictionary<string, string?>? settings = null, SandboxServer? sandbox = null, string? run = null)
    {
        if (isReal) Requirements.HapiOrSkip();
        sandbox ??= new SandboxServer(TimeProvider.System);
        var all = new Dictionary<string, string?>(settings ?? []);
        if (isReal)
        {
            all["Gateway:Destination:BaseUrl"] = Requirements.Hapi;
            all["Gateway:Destination:Sandbox"] = null;
        }

        var wire = new FlakyDestination(isReal ? new SocketsHttpHandler() : new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"));
        var gateway = await RunningGateway.StartAsync(all, sandbox, ledger, wire);
        return new Hospital(
            gateway, wire, isReal
                ? new HttpClient { BaseAddress = new Uri(Requirements.Hapi + "/") }
                : null, run ?? Guid.NewGuid().ToString("N")[..12]);
    }

    /// <summary>A name of this test's own.</summary>
    public string Name(string name) => $"{name}-{Run}";

    /// <summary>A patient whom vendors call by this name.</summary>
    public Task<string> PatientAsync(string name, string? more = null) => CreateAsync("Patient", Identified("patient", Name(name)) + more);

    /// <summary>An encounter of a patient.</summary>
    public Task<string> EncounterAsync(string name, string? patient) => CreateAsync("Encounter",
        $"{Identified("encounter", Name(name))}, \"status\": \"finished\", {Class}" + (
            patient is null ? "" : $$""", "subject": { "reference": "{{patient}}" } """));

    /// <summary>An appointment of a patient.</summary>
    public Task<string> AppointmentAsync(string name, string patient) => CreateAsync("Appointment",
        $"{Identified("appointment", Name(name))}, \"status\": \"booked\", "
            + $$""" "participant": [ { "actor": { "reference": "{{patient}}" }, "status": "accepted" } ] """);

    /// <summary>Creates a resource past the gateway, and answers its reference.</summary>
    public async Task<string> CreateAsync(string type, string elements)
    {
        var bundle = $$"""
            { "resourceType": "Bundle", "type": "transaction", "entry": [ {
              "resource": { "resourceType": "{{type}}", {{elements}} }, "request": { "method": "POST", "url": "{{type}}" } } ] }
            """;
        var outcome = TransactionOutcome.Read(await Server.TransactionAsync(Encoding.UTF8.GetBytes(bundle)), 1);
        Assert.True(outcome.Verdict == TransactionVerdict.Succeeded, string.Join("; ", outcome.Issues.Select(issue => issue.Text)));
        return $"{type}/{outcome.Entries[0].Location!.Id}";
    }

    /// <summary>A resource as it is now.</summary>
    public async Task<JsonElement> ReadAsync(string reference)
    {
        var parts = reference.Split('/');
        var answer = await Server.ReadAsync(parts[0], parts[1]);
        Assert.True(answer.IsSuccess, $"{reference}: {answer.Status}");
        return answer.Body!.Value;
    }

    /// <summary>Gives a resource another patient, as a person or the hospital's own system may.</summary>
    public async Task MoveAsync(string reference, string patient)
    {
        var resource = JsonNode.Parse((await ReadAsync(reference)).GetRawText())!;
        resource["subject"]!["reference"] = patient;
        await PutAsync(reference, resource.ToJsonString());
    }

    /// <summary>Writes a resource past the gateway.</summary>
    public async Task PutAsync(string reference, string json)
    {
        var resource = JsonNode.Parse(json)!;
        resource["id"] = reference.Split('/')[1];
        var entry = new[] { new { resource, request = new { method = "PUT", url = reference } } };
        var answer = await Server.TransactionAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { resourceType = "Bundle", type = "transaction", entry }));
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
    }

    /// <summary>What lies in a patient's chart.</summary>
    public async Task<IReadOnlyList<JsonElement>> ChartAsync(string type, string patient)
    {
        var answer = await Server.SearchAsync(type, [("subject", patient), ("_count", "50"), ("_sort", "_lastUpdated")]);
        Assert.True(answer.IsSuccess, Encoding.UTF8.GetString(answer.Bytes.Span));
        return answer.Body!.Value.TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(entry => entry.GetProperty("resource"))]
            : [];
    }

    /// <summary>Statuses in a patient's chart, sorted: what a reader would be shown.</summary>
    public async Task<string> StatusesAsync(string type, string patient) =>
        string.Join(' ', (await ChartAsync(type, patient)).Select(resource => resource.GetProperty("status").GetString()).Order());

    /// <summary>Sends a message, and answers its newest delivery once it stands as expected.</summary>
    public async Task<DeliveryView> SendAsync(string source, string message, DeliveryState expected)
    {
        var before = (await Gateway.Ledger.DeliveriesAsync(new DeliveryFilter(source))).Count;
        using var answer = await Gateway.SendAsync(source, Encoding.UTF8.GetBytes(message));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await Gateway.UntilAsync(source, deliveries => deliveries.Count > before && deliveries[^1].State == expected))[^1];
    }

    /// <summary>A note of Insight Health.</summary>
    public string Note(string patient, string encounter, string text, string? summaryId = null, string template = "SOAP Note") =>
        JsonSerializer.Serialize(new
        {
            patient_id = Name(patient),
            encounter_id = Name(encounter),
            summary_id = summaryId ?? Guid.NewGuid().ToString(),
            template_name = template,
            sections = new { plan = text },
        });

    /// <summary>An intake of HAMI, with the medications that it lists.</summary>
    public string Intake(string appointment, string created, string summary, params string[] medications) => JsonSerializer.Serialize(new
    {
        appointmentId = Name(appointment),
        dateCreated = created,
        intakeSummary = new Dictionary<string, object>
        {
            ["Summary"] = summary,
            ["Medications"] =
                new Dictionary<string, object> { ["Current Medications"] = medications.Select(name => new { Name = name }) },
        },
    });

    /// <summary>A message of Metriport that tells of one document.</summary>
    public string Found(string patient, string document, string status = "current", string? when = null) => JsonSerializer.Serialize(new
    {
        meta = new { messageId = Guid.NewGuid().ToString(), when = when ?? "2026-03-02T09:00:00.000Z", type = "medical.document-download" },
        patients =
            new[] { new { patientId = Name("metriport-" + patient), externalId = Name(patient), status = "completed", documents = new[] { new { id = document, status, description = "A letter for " + patient } } } },
    });

    /// <summary>A person's decision, through the API.</summary>
    public async Task<HttpStatusCode> DecideAsync(
        DeliveryView delivery, string decision, string reason = "as the front desk says", string? token = null, string? waitsFor = null)
    {
        using var answer = await Gateway.ApiAsync(
            HttpMethod.Post, $"api/deliveries/{delivery.Id}/decision", JsonSerializer.Serialize(new { decision, reason, waitsFor }), token);
        return answer.StatusCode;
    }

    /// <summary>The doubts of a delivery, as the API shows them; empty when it has none.</summary>
    public async Task<string> DoubtsAsync(DeliveryView delivery)
    {
        using var answer = await Gateway.ApiAsync(HttpMethod.Get, $"api/deliveries/{delivery.Id}");
        var doubts = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("doubts");
        return doubts.ValueKind == JsonValueKind.Null ? "" : doubts.GetRawText();
    }

    /// <summary>What the gateway says that a delivery wrote.</summary>
    public static IReadOnlyList<string> Written(DeliveryView delivery, string type) =>
    [
        .. JsonElement.Parse(delivery.Receipt!).GetProperty("resources").EnumerateArray()
            .Select(resource => resource.GetProperty("reference").GetString()!).Where(
                reference => reference.StartsWith(type + "/", StringComparison.Ordinal)),
    ];

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _http?.Dispose();
        _wire.Dispose();
    }

    private static string Identified(string kind, string value) =>
        $$""" "identifier": [ { "system": "{{RunningGateway.SystemOf(kind)}}", "value": "{{value}}" } ] """;

    /// <summary>A wire on which answers may get lost, after the work is done.</summary>
    private sealed class FlakyDestination(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private int _answersToLose;

        public int AnswersToLose
        {
            set => _answersToLose = value;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Post || Interlocked.Decrement(ref _answersToLose) < 0) return answer;
            answer.Dispose();
            throw new HttpRequestException("the wire was cut");
        }
    }
}
