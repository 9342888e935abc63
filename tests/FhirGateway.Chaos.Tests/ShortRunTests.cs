namespace FhirGateway.Chaos.Tests;

/// <summary>The short form of the program, for CI: every kind of fault in two minutes or so. The long form is for people.</summary>
public sealed class ShortRunTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task Whatever_was_acknowledged_among_faults_is_there_once_and_in_order()
    {
        var options = new ChaosOptions
        {
            Seed = 20261128,
            Messages = 400,
            Kills = 2,
            Duration = TimeSpan.FromMinutes(1),
            Window = TimeSpan.FromSeconds(1),
            Faults =
            [
                "refused", "reset-after", "503-retry-after", "500-storm", "400-html", "empty-200-after", "hanging-after",
                "server-restart", "sigkill", "sigkill-and-fault", "sigterm", "sigstop-past-lease", "disk-full", "ledger-removed",
            ],
        };
        using var limit = new CancellationTokenSource(Limit);
        await using var run = new ChaosRun(options, output.WriteLine);

        var report = await run.RunAsync(limit.Token);

        Assert.Empty(report.Findings);
        Assert.Equal(options.Messages, report.Journal.Notes.Count());
        Assert.True(report.Made.Count >= options.Faults.Count - 1, $"only {report.Made.Count} faults were made");
    }
}
