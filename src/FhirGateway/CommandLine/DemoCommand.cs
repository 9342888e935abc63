using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using Spectre.Console;

namespace FhirGateway.CommandLine;

/// <summary><c>demo</c>: the whole path of a message, for every vendor found, on the sandbox or a FHIR server of yours.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var destination = new Option<string?>("--destination") { Description = "Base URL of a FHIR R4 server; the sandbox, unless given" };
        var once = new Option<bool>("--once") { Description = "Exit after the table: 0 when everything was delivered" };
        const string What = "Serves with ready-made sources, sends one signed webhook of each vendor, and shows what became of it.";
        var command = new Command("demo", What)
        {
            destination, once,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var url = parsed.GetValue(destination);
            if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme is "http" or "https"))
            {
                await Console.Error.WriteLineAsync($"--destination \"{url}\" is not an absolute http(s) URL.");
                return GatewayCommand.UsageError;
            }

            try
            {
                return await RunAsync(url, parsed.GetValue(once), cancellationToken);
            }
            catch (IOException inUse) when (inUse.InnerException is AddressInUseException)
            {
                await Console.Error.WriteLineAsync($"{inUse.Message} End what listens there, or use --once, which takes a free port.");
                return 1;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(string? destination, bool once, CancellationToken cancellationToken)
    {
        await using var demo = await Demo.StartAsync(destination, once ? 0 : 5080, cancellationToken);
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected) console.Profile.Width = 160;
        console.WriteLine($"Serving on {demo.Url}, delivering to {demo.DestinationUrl}");
        IReadOnlyList<DemoResult> results;
        try
        {
            results = await demo.RunAsync(
                result => console.MarkupLineInterpolated($"  {result.Vendor}: {result.State}"), cancellationToken);
        }
        catch (DemoException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return 1;
        }

        console.Write(Table(results));
        foreach (var result in results.Where(result => !result.Succeeded))
            console.WriteLine($"{result.Vendor}: {result.State}: {result.Reason}");
        if (!once)
        {
            console.WriteLine($"Still serving on {demo.Url}; Ctrl+C ends it.");
            foreach (var source in demo.Sources) console.WriteLine($"  POST {demo.Url}webhooks/{source.Name}");
            await demo.ServeAsync(cancellationToken);
        }

        return results.Count > 0 && results.All(result => result.Succeeded) ? 0 : 1;
    }

    private static Table Table(IReadOnlyList<DemoResult> results)
    {
        var table = new Table().AddColumns("Vendor", "HTTP", "Resources", "Time");
        foreach (var result in results)
        {
            var resources = string.Join('\n', result.Resources);
            table.AddRow(
                new Text(result.Vendor),
                new Text(result.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new Text(resources.Length > 0 ? resources : result.State),
                new Text($"{result.Took.TotalMilliseconds:F0} ms"));
        }

        return table;
    }
}
