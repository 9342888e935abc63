using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Destination;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Tests.Pipeline;

/// <summary>A gateway that was stopped for a while, as a paused machine is, and whose work others took over meanwhile.</summary>
public sealed class FenceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-fence-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_another_gateway_has_taken_over_meanwhile_is_not_sent()
    {
        var (path, sandbox) = (Path.Combine(_folder.FullName, "ledger.db"), new SandboxServer(TimeProvider.System));
        var (begun, resumed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var sent = 0;
        using var destination = new InterceptedSandbox(sandbox, async (request, cancellationToken) =>
        {
            var text = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : "";
            if (text.Contains("\"Composition\"", StringComparison.Ordinal)) Interlocked.Increment(ref sent);
            if (request.Method != HttpMethod.Get || !request.RequestUri!.AbsolutePath.EndsWith("/Patient", StringComparison.Ordinal))
                return null;
            begun.TrySetResult();
            await resumed.Task;
            return null;
        });
        await using var gateway = await RunningGateway.StartAsync(sandbox: sandbox, ledger: path, destination: destination);
        await Samples.PrepareAsync(gateway, Notes.Source);
        await gateway.SendAsync(Notes.Source, Samples.Demo(Notes.Source));
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        await using var other = SqliteLedger.Open(path, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1)));
        var taken = Assert.Single(await other.ClaimAsync(1, TimeSpan.FromHours(1)));
        resumed.SetResult();

        var history = await gateway.UntilAsync(
            () => gateway.Ledger.DeliveryAsync(taken.Id),
            delivery => delivery!.Attempts[0].Reason?.Contains("another worker has it", StringComparison.Ordinal) == true);
        Assert.Equal(0, sent);
        Assert.Equal((DeliveryState.Delivering, 2), (history!.Delivery.State, history.Delivery.Attempts));
    }

    /// <remarks>As when PostgreSQL is restarted: waiting as for a wrong setting, 30 seconds at least, would help nobody.</remarks>
    [Fact]
    public async Task What_the_ledger_failed_amid_goes_out_a_moment_later()
    {
        var asked = 0;
        await using var gateway = await RunningGateway.StartAsync(services: services => services.AddSingleton(_ => HookedLedger.Around(
            SqliteLedger.Open(Path.Combine(_folder.FullName, "ledger.db"), TimeProvider.System), nameof(ILedger.HoldsAsync), () =>
            {
                if (Interlocked.Increment(ref asked) == 1) throw new SqliteException("the disk is away", 10);
            })));
        await Samples.PrepareAsync(gateway, Notes.Source);

        await gateway.SendAsync(Notes.Source, Samples.Demo(Notes.Source));

        var delivered = await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        var attempts = (await gateway.Ledger.DeliveryAsync(Assert.Single(delivered).Id))!.Attempts;
        Assert.Equal(["the gateway's ledger failed", null], attempts.Select(attempt => attempt.Reason));
        Assert.InRange(attempts[1].StartedAt - attempts[0].EndedAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task An_answer_of_the_ledger_that_is_no_longer_fresh_is_asked_for_again_before_anything_is_sent()
    {
        var clock = new SteppedClock();
        var asked = 0;
        await using var gateway = await RunningGateway.StartAsync(services: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton(_ => HookedLedger.Around(
                SqliteLedger.Open(Path.Combine(_folder.FullName, "ledger.db"), clock), nameof(ILedger.HoldsAsync), () =>
                {
                    // Stopped between the answer and the sending, longer than anybody believes in it.
                    if (Interlocked.Increment(ref asked) == 1) clock.Step(TimeSpan.FromSeconds(30));
                }));
        });
        await Samples.PrepareAsync(gateway, Notes.Source);

        await gateway.SendAsync(Notes.Source, Samples.Demo(Notes.Source));

        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        Assert.Equal(2, asked);
    }

    private sealed class SteppedClock : TimeProvider
    {
        private long _ahead;

        public void Step(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * System.TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
    }
}
