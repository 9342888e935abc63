using FhirGateway.Chaos.Gateways;

namespace FhirGateway.Chaos.Tests;

/// <summary>Short forms of the program, for CI: every kind of fault in a few minutes. The long form is for people.</summary>
public sealed class ShortRunTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private static readonly ChaosOptions Short = new()
    {
        Seed = 20261128,
        Messages = 400,
        Kills = 2,
        Duration = TimeSpan.FromSeconds(45),
        Window = TimeSpan.FromSeconds(1),
    };

    private static ChaosOptions Three { get; } = Short with
    {
        Nodes = 3,
        Postgres = true,
        Messages = 200,
        Kills = 1,
        Duration = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public Task Whatever_was_acknowledged_among_faults_is_there_once_and_in_order() => RunAsync(Short with
    {
        Faults =
        [
            "refused", "reset-after", "503-retry-after", "500-storm", "400-html", "empty-200-after", "hanging-after",
            "server-restart", "sigkill", "sigkill-and-fault", "sigterm", "sigstop-past-lease", "disk-full",
        ],
    });

    [Fact]
    public Task Whatever_was_acknowledged_by_three_gateways_on_one_PostgreSQL_is_there_once_and_in_order() => RunAsync(Three with
    {
        Faults = ["sigkill", "sigterm", "reset-after", "postgres-restart", "database-cut-off-past-lease"],
    });

    [Fact]
    public Task Whatever_was_acknowledged_by_a_cluster_of_three_is_there_once_and_in_order() => RunAsync(Three with
    {
        Cluster = true,
        Faults = ["sigkill", "sigstop-past-lease", "reset-after", "postgres-killed", "rolling-restart", "scale-to-one-and-back"],
    });

    // By itself: nobody can ask for what lay in the removed file, and so much less would be judged of the other faults.
    [Fact]
    public Task Nothing_is_acknowledged_once_the_ledger_is_removed() => RunAsync(Short with
    {
        Messages = 100,
        Kills = 0,
        Duration = TimeSpan.FromSeconds(5),
        Faults = ["ledger-removed"],
    });

    private async Task RunAsync(ChaosOptions options)
    {
        Assert.SkipWhen(options.Postgres && !PostgresServer.IsThere, "PostgreSQL's programs are not on this machine: .ci/run installs them.");
        using var limit = new CancellationTokenSource(Limit);
        await using var run = new ChaosRun(options, output.WriteLine);

        var report = await run.RunAsync(limit.Token);

        Assert.Empty(report.Findings);
        Assert.Equal(options.Messages, report.Journal.Notes.Count());
        Assert.True(report.Made.Count >= options.Faults.Count - 1, $"only {report.Made.Count} faults were made");
    }
}
