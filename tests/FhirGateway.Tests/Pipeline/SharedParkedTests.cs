using System.Collections.Concurrent;
using FhirGateway.Ledger;
using FhirGateway.Pipeline;
using FhirGateway.Sandbox;
using FhirGateway.Testing;
using FhirGateway.Tests.Destination;

namespace FhirGateway.Tests.Pipeline;

/// <summary>What is parked is one gateway's to ask for at a time, and is tried anew when it may be called otherwise.</summary>
public sealed class SharedParkedTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-tests-");
    private readonly SandboxServer _sandbox = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _searches = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_gateways_on_one_ledger_ask_for_each_patient_once(bool isPostgres)
    {
        const int Many = 60;
        using var room = isPostgres ? PostgresRoom.Create() : null;
        await using var one = await StartAsync(room);
        await using var other = await StartAsync(room);
        for (var i = 0; i < Many; i++)
        {
            await one.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), $"enc-{i}", Samples.Encounter);
            await Notes.SendAsync(one, Notes.Of($"pat-{i}-end", $"enc-{i}"));
        }

        await one.UntilAsync(() => ParkedAsync(one), count => count == Many);
        _searches.Clear();
        await one.Ledger.AskNowAsync();

        await Task.WhenAll(
            one.Make<ParkedWorker>().AskAsync(CancellationToken.None), other.Make<ParkedWorker>().AskAsync(CancellationToken.None));
        await one.UntilAsync(() => one.Ledger.NextAwaitedAsync(), next => next > TimeProvider.System.GetUtcNow().AddMinutes(30));

        var asked = string.Concat(_searches);
        Assert.All(Enumerable.Range(0, Many), i => Assert.Equal(2, asked.Split($"|pat-{i}-end").Length));
    }

    [Fact]
    public async Task A_site_that_corrects_a_system_need_not_wait_until_what_it_never_meant_is_there()
    {
        await using (var gateway = await StartAsync(null, "https://wrong.example"))
        {
            await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "enc", Samples.Encounter);
            await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat");
            await Notes.SendAsync(gateway, Notes.Of("pat", "enc"));
            await gateway.UntilStateAsync(Notes.Source, DeliveryState.Parked);
        }

        await using (var same = await StartAsync(null, "https://wrong.example"))
        {
            await same.UntilAsync(Notes.Source, deliveries => deliveries is [{ State: DeliveryState.Parked, Attempts: 1 }]);
        }

        await using var corrected = await StartAsync(null);
        await corrected.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
    }

    private static async Task<int> ParkedAsync(RunningGateway gateway) =>
        (await gateway.Ledger.DeliveriesAsync(new DeliveryFilter(Notes.Source, [DeliveryState.Parked], Limit: 1000))).Count;

    private Task<RunningGateway> StartAsync(PostgresRoom? room, string? system = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Gateway:Delivery:ParkedRetry"] = "10:00:00",
            ["Gateway:Ledger:ConnectionString"] = room?.ConnectionString,
        };
        if (system is not null) settings[$"Gateway:Sources:{Notes.Source}:Systems:Patient"] = system;
        var destination = new InterceptedSandbox(_sandbox, (request, _) =>
        {
            var search = Uri.UnescapeDataString(request.RequestUri!.PathAndQuery);
            if (search.Contains("/Patient?", StringComparison.Ordinal)) _searches.Enqueue(search);
            return Task.FromResult<HttpResponseMessage?>(null);
        });
        return RunningGateway.StartAsync(
            settings, _sandbox, room is null ? Path.Combine(_folder.FullName, "ledger.db") : null, destination);
    }
}
