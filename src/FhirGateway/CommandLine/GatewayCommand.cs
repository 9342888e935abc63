using System.CommandLine;

namespace FhirGateway.CommandLine;

/// <summary>The command line: serves when nothing else is asked for.</summary>
public static class GatewayCommand
{
    /// <summary>Exit code for a command that was called wrongly.</summary>
    public const int UsageError = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand(
            "Receives clinical notes as vendors send them, and delivers them as FHIR R4. Without a command, it serves.")
        {
            DemoCommand.Create(),
            TranslateCommand.Create(),
            FhirPathCommand.Create(),
            ValidateCommand.Create(),
            PackagesCommand.Create(),
            LedgerCommand.Create(),
        };

        // What follows no command is configuration: --urls http://localhost:5080, --Gateway:Ledger:Path=/data/ledger.db.
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, cancellationToken) => ServeCommand.RunAsync([.. parsed.UnmatchedTokens], cancellationToken));

        // An argument that begins with @ is what it says (FHIRPath's dates do), not a file to read arguments from.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var wrong = parsed.Errors.Select(error => error.Message);
        if (parsed.CommandResult.Command != root)
            wrong = wrong.Concat(parsed.UnmatchedTokens.Select(token => $"\"{token}\" is not understood here: --help lists what is."));
        if (wrong.Any())
        {
            foreach (var message in wrong) await Console.Error.WriteLineAsync(message);
            return UsageError;
        }

        // Serving ends when its host has handed back what is on its way; the command line would cut that off after two seconds.
        var serves = parsed.CommandResult.Command == root;
        var termination = new InvocationConfiguration();
        if (serves) termination.ProcessTerminationTimeout = Timeout.InfiniteTimeSpan;
        return await parsed.InvokeAsync(termination);
    }
}
