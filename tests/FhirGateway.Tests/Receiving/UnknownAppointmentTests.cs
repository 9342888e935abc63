using System.Net;
using System.Text.Json;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Receiving;

/// <summary>A vendor that asks to be refused when the appointment is unknown: recorded first, then asked, then answered.</summary>
public sealed class UnknownAppointmentTests
{
    private const string Source = "hami";

    [Fact]
    public async Task It_is_refused_but_kept_and_revived_once_it_comes_again_and_is_known()
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var refused = await gateway.SendAsync(Source, Samples.Demo(Source));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.False(JsonElement.Parse(await refused.Content.ReadAsByteArrayAsync()).GetProperty("success").GetBoolean());
        var dead = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Dead));
        Assert.True(dead.Refused);
        Assert.Equal("unknown-reference", Assert.Single(await gateway.RefusalsAsync(1)).Reason);

        using var stillRefused = await gateway.SendAsync(Source, Samples.Demo(Source));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stillRefused.StatusCode);

        await Samples.PrepareAsync(gateway, Source);
        using var taken = await gateway.SendAsync(Source, Samples.Demo(Source));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(dead.Id, Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Delivered)).Id);
        Assert.NotEmpty(await gateway.AllAsync("MedicationStatement"));
    }

    [Fact]
    public async Task A_destination_that_can_not_be_asked_in_time_does_not_refuse_the_note()
    {
        var sandbox = new SandboxServer(TimeProvider.System);
        var silent = true;
        using var destination = new InterceptedSandbox(sandbox, async (_, cancellationToken) =>
        {
            if (silent) await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        });
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Receiving:LookupBudget"] = "00:00:00.2",
            ["Gateway:Destination:Timeout"] = "00:00:00.5",
            ["Gateway:Delivery:LongestWait"] = "00:00:00.1",
        };
        await using var gateway = await RunningGateway.StartAsync(settings, sandbox, destination: destination);

        using var answer = await gateway.SendAsync(Source, Samples.Demo(Source));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        silent = false;
        var parked = Assert.Single(await gateway.UntilStateAsync(Source, DeliveryState.Parked));
        Assert.StartsWith("Appointment?identifier=", parked.WaitsFor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_may_have_it_parked_instead()
    {
        await using var gateway = await RunningGateway.StartAsync(new() { ["Gateway:Sources:hami:Policies:unknownAppointment"] = "park" });

        using var answer = await gateway.SendAsync(Source, Samples.Demo(Source));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await gateway.UntilStateAsync(Source, DeliveryState.Parked);
    }
}
