using System.CommandLine;
using System.Globalization;
using FhirGateway.Chaos;
using FhirGateway.Chaos.Faults;
using Spectre.Console;

var defaults = new ChaosOptions();
var seed = new Option<int>("--seed") { Description = "What the order of faults comes from", DefaultValueFactory = _ => defaults.Seed };
var messages = new Option<int>("--messages") { Description = "How many notes are sent", DefaultValueFactory = _ => defaults.Messages };
var kills = new Option<int>("--kills") { Description = "How many gateways are killed", DefaultValueFactory = _ => defaults.Kills };
var duration = new Option<TimeSpan>("--duration") { Description = "About how long, as hh:mm:ss", DefaultValueFactory = _ => defaults.Duration };
var window = new Option<TimeSpan>("--window") { Description = "How long a passing fault lasts", DefaultValueFactory = _ => defaults.Window };
var destination = new Option<Uri?>("--destination") { Description = "Base URL of a FHIR R4 server; a sandbox of its own, unless given" };
var programs = new Option<string[]>("--gateway")
{
    Description = "Another build's FhirGateway.dll, to run instead of this one's; may be given again: gateways take them in turn",
};
var without = new Option<string[]>("--without") { Description = "A setting that such a build does not know, by its whole name" };
var nodes = new Option<int>("--nodes") { Description = "How many gateways share the ledger", DefaultValueFactory = _ => defaults.Nodes };
var ledger = new Option<string[]>("--ledger") { Description = "A setting below Gateway:Ledger, as Name=value; may be given again" };
var postgres = new Option<bool>("--postgres") { Description = "A PostgreSQL of the run's own is the ledger, and has faults, too" };
var cluster = new Option<bool>("--cluster") { Description = "The gateways are a cluster (Gateway:Cluster)" };
var faults = new Option<string?>("--faults")
{
    Description = $"Which faults, with commas; all, unless given: {string.Join(' ', Fault.All.Select(fault => fault.Name))}",
};
var keep = new Option<bool>("--keep") { Description = "Keep the gateways' logs and ledger" };

var command = new RootCommand("Runs gateways among faults of every kind, and says whether a note was lost, doubled or misplaced.")
{
    seed, messages, kills, duration, window, destination, programs, without, nodes, ledger, postgres, cluster, faults, keep,
};
faults.Validators.Add(parsed =>
{
    foreach (var name in Names(parsed.GetValue(faults)).Where(name => Fault.All.All(fault => fault.Name != name)))
        parsed.AddError($"\"{name}\" is not a fault: --help lists them.");
});
programs.Validators.Add(parsed =>
{
    foreach (var each in (parsed.GetValue(programs) ?? []).Where(each => !File.Exists(each))) parsed.AddError($"{each} is not there.");
});
ledger.Validators.Add(parsed =>
{
    foreach (var each in parsed.GetValue(ledger) ?? [])
    {
        if (!each.Contains('=', StringComparison.Ordinal)) parsed.AddError($"\"{each}\" is not Name=value.");
    }
});
command.SetAction(async (parsed, cancellationToken) =>
{
    var options = new ChaosOptions
    {
        Seed = parsed.GetValue(seed),
        Messages = parsed.GetValue(messages),
        Kills = parsed.GetValue(kills),
        Duration = parsed.GetValue(duration),
        Window = parsed.GetValue(window),
        Destination = parsed.GetValue(destination),
        Programs = parsed.GetValue(programs) ?? [],
        Without = parsed.GetValue(without) ?? [],
        Nodes = parsed.GetValue(nodes),
        Ledger = (parsed.GetValue(ledger) ?? []).Select(each => each.Split('=', 2)).ToDictionary(each => each[0], each => each[1]),
        Postgres = parsed.GetValue(postgres),
        Cluster = parsed.GetValue(cluster),
        Faults = Names(parsed.GetValue(faults)),
        Keep = parsed.GetValue(keep),
    };
    if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 160;
    await using var run = new ChaosRun(
        options, line => Console.WriteLine($"{TimeProvider.System.GetUtcNow().ToString("T", CultureInfo.InvariantCulture)} {line}"));
    var report = await run.RunAsync(cancellationToken);
    report.Print(AnsiConsole.Console);
    return report.Findings.Count == 0 ? 0 : 1;
});
return await command.Parse(args).InvokeAsync();

static string[] Names(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
