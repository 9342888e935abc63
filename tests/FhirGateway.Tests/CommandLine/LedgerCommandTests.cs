using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;

namespace FhirGateway.Tests.CommandLine;

/// <summary>The ledger's commands as a shell meets them.</summary>
public sealed class LedgerCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-ledger-command-");

    private string File => Path.Combine(_folder.FullName, "ledger.db");

    private string Copy => Path.Combine(_folder.FullName, "copy.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_backup_is_taken_while_another_process_has_the_ledger_and_holds_all_that_is_committed()
    {
        await using var ledger = SqliteLedger.Open(File, TimeProvider.System);
        var recorded = await ledger.RecordAsync(new NewMessage(
            "clinic", "m", "a note"u8.ToArray(), null, null, TimeProvider.System.GetUtcNow(), [new NewDelivery("e", "note", "lane")]));

        var (exit, output, error) = await Shell.RunAsync(["ledger", "backup", Copy, "--ledger", File], default);

        Assert.Equal((0, Copy, ""), (exit, output.Trim(), error));
        await using var copy = SqliteLedger.Open(Copy, TimeProvider.System);
        Assert.Equal("a note"u8.ToArray(), await copy.MessageBodyAsync(recorded.MessageId));
        Assert.Equal(1, await copy.CopiedAtAsync());
        await ledger.LearnAsync("goes", "on", "writing");
    }

    [Fact]
    public async Task It_says_why_there_is_no_backup()
    {
        await System.IO.File.WriteAllTextAsync(Copy, "something else");

        var (exit, output, error) = await Shell.RunAsync(["ledger", "backup", Copy, "--ledger", File], default);

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("There is no ledger", error, StringComparison.Ordinal);
        Assert.Equal("something else", await System.IO.File.ReadAllTextAsync(Copy));
    }

    [Fact]
    public async Task A_ledger_that_was_restored_by_other_means_is_told_so()
    {
        await using (SqliteLedger.Open(File, TimeProvider.System))
        {
        }

        var (exit, _, error) = await Shell.RunAsync(["ledger", "restored", "--ledger", File], default);

        Assert.Equal((0, ""), (exit, error));
        await using var ledger = SqliteLedger.Open(File, TimeProvider.System);
        Assert.Equal(0, await ledger.CopiedAtAsync());
    }
}
