using FhirGateway.Ledger;
using FhirGateway.Tests.Destination;
using Microsoft.Extensions.DependencyInjection;

namespace FhirGateway.Tests.Pipeline;

/// <summary>The gateway's own clock is set back between two versions: what came later is the later one all the same.</summary>
public sealed class OwnClockTests
{
    private readonly SetClock _clock = new();

    [Fact]
    public async Task A_version_that_carries_no_date_is_current_though_the_clock_was_set_back_before_it_came()
    {
        await using var gateway = await RunningGateway.StartAsync(services: services => services.AddSingleton<TimeProvider>(_clock));
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", """
            "status": "finished", "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" }
            """);

        await SendAsync(gateway, Notes.Of("pat-1", text: "Before."), 1);
        _clock.Apart = TimeSpan.FromHours(-1);
        await SendAsync(gateway, Notes.Of("pat-1", text: "After."), 2);

        Assert.Contains("After.", Assert.Single(await gateway.AllAsync("Composition")).GetRawText(), StringComparison.Ordinal);
        var statuses = (await gateway.AllAsync("DocumentReference")).Select(each => each.GetProperty("status").GetString());
        Assert.Equal(["current", "superseded"], statuses.Order());
    }

    private static async Task SendAsync(RunningGateway gateway, byte[] note, int expected)
    {
        await Notes.SendAsync(gateway, note);
        await gateway.UntilAsync(Notes.Source, deliveries =>
            deliveries.Count == expected && deliveries.All(delivery => delivery.State == DeliveryState.Delivered));
    }

    private sealed class SetClock : TimeProvider
    {
        /// <summary>How far it is from the true time.</summary>
        public TimeSpan Apart { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Apart;
    }
}
