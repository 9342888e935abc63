using System.Text;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Pipeline;

/// <summary>
/// Notes whose encounter only a correlation tells: which document they are versions of is not known when they are recorded.
/// </summary>
public sealed class CorrelatedNotesTests
{
    private const string Source = "nabla";
    private const string Older = "2026-03-02T10:00:00Z";
    private const string Newer = "2026-03-02T11:00:00Z";

    [Theory]
    [InlineData(Older, Newer)]
    [InlineData(Newer, Older)]
    public async Task Two_versions_of_one_note_never_go_side_by_side_and_the_newer_is_current(string first, string second)
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        RunningGateway? running = null;
        var (under, most) = (0, 0);
        using var destination = new InterceptedSandbox(sandbox, async (request, _) =>
        {
            if (request.Method != HttpMethod.Post) return null;
            var now = Interlocked.Increment(ref under);
            InterlockedMax(ref most, now);

            // Held until the other version either waits, or is sent beside this one.
            await running!.UntilAsync(
                Source,
                deliveries => Volatile.Read(ref under) > 1
                    || deliveries.Count(delivery => delivery.State == DeliveryState.Delivering) == 1);
            using var inner = new HttpMessageInvoker(new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"));
            var answer = await inner.SendAsync(request, CancellationToken.None);
            Interlocked.Decrement(ref under);
            return answer;
        });
        await using var gateway = running = await RunningGateway.StartAsync(
            new() { ["Gateway:Delivery:ParkedRetry"] = "01:00:00" }, sandbox, destination: destination);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("patient"), "p1");
        foreach (var createdAt in new[] { first, second }) await gateway.SendAsync(Source, Note(createdAt));
        await gateway.UntilStateAsync(Source, DeliveryState.Parked);

        // Registered once, it releases both at the same moment: both are claimed before either knows its document.
        await gateway.Ledger.PutCorrelationAsync(
            Source, "request-1", $$"""{ "patient": "p1", "encounter": "{{await EncounterAsync(gateway)}}", "template": "GENERIC_SOAP" }""");

        var delivered = await gateway.UntilStateAsync(Source, DeliveryState.Delivered);
        Assert.Equal(1, most);
        Assert.Single(delivered.Select(delivery => delivery.Lane).Distinct());
        Assert.Equal(Newer, Assert.Single(await gateway.AllAsync("Composition")).GetProperty("date").GetString());
        var statuses = (await gateway.AllAsync("DocumentReference")).ToDictionary(
            Date, document => document.GetProperty("status").GetString());
        Assert.Equal(("superseded", "current"), (statuses[Older], statuses[Newer]));
    }

    private static string Date(JsonElement document) => document.GetProperty("date").GetString()!;

    private static async Task<string> EncounterAsync(RunningGateway gateway)
    {
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("encounter"), "e1",
            """ "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" } """);
        return "e1";
    }

    private static byte[] Note(string createdAt) => Encoding.UTF8.GetBytes($$"""
        { "id": "{{Guid.NewGuid()}}", "type": "generate_note_async.succeeded", "created_at": "{{createdAt}}",
          "data": { "id": "{{Guid.NewGuid()}}", "client_request_id": "request-1", "status": "SUCCEEDED",
            "payload": { "note": { "title": "Note", "sections": [ { "key": "PLAN", "title": "Plan", "text": "As of {{createdAt}}" } ] } } } }
        """);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }
}
