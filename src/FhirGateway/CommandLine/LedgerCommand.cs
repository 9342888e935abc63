using System.CommandLine;
using System.Data.Common;
using FhirGateway.Ledger;
using FhirGateway.Ledger.Sqlite;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.CommandLine;

/// <summary><c>ledger backup|restored</c>: copies of the ledger, and what a gateway must know that is started on one.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "Backs the ledger up; declares one restored.") { Backup(), Restored() };

    private static Command Backup()
    {
        var target = new Argument<FileInfo>("TARGET") { Description = "The copy: a file that does not exist yet" };
        var path = Path();
        var command = new Command("backup", "Copies the SQLite ledger while the gateway runs.") { target, path };
        command.SetAction((parsed, _) => RunAsync(parsed, path, (options, _) =>
        {
            if (options.ConnectionString is { Length: > 0 })
                throw new InvalidOperationException("The ledger is a PostgreSQL database: back it up with pg_dump. See docs/backup.md.");
            var copy = parsed.GetRequiredValue(target).FullName;
            SqliteBackup.Take(options.Path, copy, TimeProvider.System);
            Console.Out.WriteLine(copy);
            return Task.CompletedTask;
        }));
        return command;
    }

    private static Command Restored()
    {
        var path = Path();
        var command = new Command(
            "restored", "Tells a restored ledger that it is one, unless \"ledger backup\" made it: the destination knows later versions.")
        {
            path,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, path, async (_, open) =>
        {
            await using var ledger = open();
            await ledger.MarkCopiedAsync(cancellationToken);
            Console.Out.WriteLine("From now on the gateway looks at the destination for versions that this ledger does not know.");
        }));
        return command;
    }

    private static Option<FileInfo?> Path() => new("--ledger")
    {
        Description = "The ledger's file; the one that the gateway's settings name unless said",
    };

    private static async Task<int> RunAsync(
        ParseResult parsed, Option<FileInfo?> path, Func<LedgerOptions, Func<ILedger>, Task> action)
    {
        try
        {
            if (parsed.GetValue(path) is { } file)
            {
                var options = new LedgerOptions { Path = file.FullName };
                if (!file.Exists) throw new FileNotFoundException($"There is no ledger {file.FullName}.");
                await action(options, () => SqliteLedger.Open(options.Path, TimeProvider.System));
                return 0;
            }

            await using var app = GatewayHost.Build([]);
            await action(
                app.Services.GetRequiredService<IOptions<GatewaySettings>>().Value.Ledger, app.Services.GetRequiredService<ILedger>);
            return 0;
        }
        catch (DbException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (Exception failure) when (StartFailure.Of(failure) is { } told)
        {
            foreach (var sentence in told.Sentences) await Console.Error.WriteLineAsync(sentence);
            return told.ExitCode;
        }
    }
}
