using System.Diagnostics;

namespace FhirGateway.Ledger.Tests.Crashing;

/// <summary>What a killed process leaves behind, in either store.</summary>
public abstract class CrashTests
{
    /// <summary>Where the ledger is: a file, or a database.</summary>
    protected abstract string Place { get; }

    [Theory]
    [InlineData("record")]
    [InlineData("accept")] // killed before the index saw the last of them
    public async Task Whatever_was_answered_for_is_there_after_a_kill(string mode)
    {
        var answered = await KillAfter(lines: 300, mode);

        await using var ledger = RecordingProgram.Open(Place);
        Assert.True(answered.Count >= 300, $"only {answered.Count} were recorded");
        foreach (var id in answered)
        {
            var message = await ledger.MessageAsync(id);
            Assert.True(message is { Deliveries: 1 }, $"{id} was answered for and is not in the ledger");
            Assert.Equal(message.BodyBytes, (await ledger.MessageBodyAsync(id))!.Length);
        }

        var pending = await ledger.DeliveriesAsync(new DeliveryFilter(Limit: int.MaxValue));
        Assert.All(pending, delivery => Assert.Equal(DeliveryState.Pending, delivery.State));
        Assert.True(pending.Count >= answered.Count);
    }

    [Fact]
    public async Task What_a_killed_process_was_delivering_comes_back_at_once()
    {
        string recorded;
        await using (var ledger = RecordingProgram.Open(Place))
        {
            var message = new NewMessage(
                "clinic", "m1", "{}"u8.ToArray(), null, null, TimeProvider.System.GetUtcNow(), [new NewDelivery("e1", "note", "lane")]);
            recorded = (await ledger.RecordAsync(message)).Deliveries[0].Id;
        }

        Assert.Equal(recorded, Assert.Single(await KillAfter(lines: 1, "claim")));

        await using var after = RecordingProgram.Open(Place);
        Assert.Equal(2, Assert.Single(await after.ClaimAsync(1, TimeSpan.FromMinutes(1))).Attempt);
        Assert.Equal("interrupted", (await after.DeliveryAsync(recorded))!.Attempts[0].Outcome);
    }

    private async Task<List<string>> KillAfter(int lines, string mode)
    {
        using var program = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", typeof(RecordingProgram).Assembly.Location, mode, Place])
        { RedirectStandardOutput = true })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var printed = new List<string>();
            while (await program.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                // The kill may cut the last line short; a whole one is an id.
                if (Guid.TryParse(line, out _)) printed.Add(line);
                if (printed.Count == lines) program.Kill();
            }

            return printed;
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync(CancellationToken.None);
        }
    }
}
