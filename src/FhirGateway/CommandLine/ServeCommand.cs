namespace FhirGateway.CommandLine;

/// <summary>No command: serves. What keeps the gateway from starting is told in sentences on standard error, with an exit code.</summary>
internal static class ServeCommand
{
    /// <param name="settings">Configuration as on the command line.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string[] settings, CancellationToken cancellationToken)
    {
        if (Stray(settings) is { } stray)
        {
            await Console.Error.WriteLineAsync($"\"{stray}\" is not a command: --help lists them.");
            return GatewayCommand.UsageError;
        }

        WebApplication? app = null;
        try
        {
            app = GatewayHost.Build(settings);
            await app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (StartFailure.Of(failure) is { } told)
        {
            foreach (var sentence in told.Sentences) await Console.Error.WriteLineAsync(sentence);
            if (app is not null) await app.DisposeAsync();
            return told.ExitCode;
        }

        await using (app) await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    // Settings are --key=value, or --key value: a word that follows no key was meant as a command.
    private static string? Stray(string[] settings)
    {
        var isValue = false;
        foreach (var word in settings)
        {
            var isKey = word.StartsWith('-') || word.StartsWith('/');
            if (!isKey && !isValue) return word;
            isValue = isKey && !word.Contains('=', StringComparison.Ordinal);
        }

        return null;
    }
}
