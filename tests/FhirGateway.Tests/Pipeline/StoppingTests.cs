using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A gateway that stops, or is killed, while a note is on its way.</summary>
public sealed class StoppingTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Longer than the two seconds after which the command line would end the process by itself.
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-stopping-");
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _server = null!;
    private OtherServer _destination = null!;
    private TimeSpan _transactionsTake;

    private string LedgerPath => Path.Combine(_folder.FullName, "ledger.db");

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Use(async (call, next) =>
        {
            if (HttpMethods.IsPost(call.Request.Method) && call.Request.Path == "/fhir" && _transactionsTake > TimeSpan.Zero)
            {
                _arrived.TrySetResult();
                await Task.Delay(_transactionsTake, call.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (call.RequestAborted.IsCancellationRequested) return;
            }

            await next(call);
        });
        _server.MapSandbox("/fhir", new SandboxServer(TimeProvider.System));
        await _server.StartAsync();
        _destination = new OtherServer(new Uri(_server.Urls.Single() + "/fhir"));
        await _destination.AdmitAsync("pat-1");
    }

    public async ValueTask DisposeAsync()
    {
        _destination.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_graceful_stop_lets_a_note_arrive_that_takes_longer_than_a_moment()
    {
        await using var gateway = await StartAsync();
        (_transactionsTake, var note) = (SlowAnswer, Notes.Of("pat-1"));
        await gateway.SendAsync(Notes.Source, note);
        await _arrived.Task.WaitAsync(Limit);

        await gateway.EndAsync("TERM");

        await using var ledger = SqliteLedger.Open(LedgerPath, TimeProvider.System);
        var delivery = Assert.Single(await ledger.DeliveriesAsync(new DeliveryFilter()));
        Assert.Equal((DeliveryState.Delivered, 1), (delivery.State, delivery.Attempts));
        Assert.Single(await _destination.AllAsync("Composition"));
    }

    [Fact]
    public async Task What_a_killed_gateway_had_begun_does_not_wait_for_its_lease()
    {
        await using (var killed = await StartAsync())
        {
            _transactionsTake = Limit;
            await killed.SendAsync(Notes.Source, Notes.Of("pat-1"));
            await _arrived.Task.WaitAsync(Limit);
            await killed.EndAsync("KILL");
        }

        _transactionsTake = TimeSpan.Zero;
        await using var next = await StartAsync();
        await using var ledger = SqliteLedger.Open(LedgerPath, TimeProvider.System);
        using var limit = new CancellationTokenSource(Limit);
        DeliveryView delivery;
        while ((delivery = Assert.Single(await ledger.DeliveriesAsync(new DeliveryFilter()))).State != DeliveryState.Delivered)
            await Task.Delay(20, limit.Token);

        Assert.Equal(2, delivery.Attempts);
        Assert.Single(await _destination.AllAsync("Composition"));
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new()
    {
        ["Gateway:Destination:BaseUrl"] = _server.Urls.Single() + "/fhir",
        ["Gateway:Ledger:Path"] = LedgerPath,
        ["Gateway:Delivery:ClaimLease"] = "00:10:00",

        // It would be slow here, too, and what arrives would not be the note.
        ["Gateway:Destination:Probe"] = "off",
    });
}
