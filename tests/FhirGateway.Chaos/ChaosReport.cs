using System.Globalization;
using FhirGateway.Chaos.Gateways;
using FhirGateway.Chaos.Vendors;
using Spectre.Console;

namespace FhirGateway.Chaos;

/// <summary>A fault that was made.</summary>
/// <param name="Lasted">How long it was there.</param>
/// <param name="UntilNormal">How long it took from its end until all was normal; null when that did not come in time.</param>
/// <param name="Answers">What vendors were answered meanwhile, and how often.</param>
internal sealed record MadeFault(string Fault, TimeSpan Lasted, TimeSpan? UntilNormal, IReadOnlyDictionary<string, int> Answers)
{
    public override string ToString()
    {
        var normal = UntilNormal is { } time ? string.Create(CultureInfo.InvariantCulture, $"normal after {time.TotalSeconds:0.00} s") : "NOT NORMAL";
        return string.Create(CultureInfo.InvariantCulture, $"{Fault}: {Lasted.TotalSeconds:0.0} s, {normal}; {Seen(Answers)}");
    }

    /// <summary>The answers in words.</summary>
    public static string Seen(IEnumerable<KeyValuePair<string, int>> answers) => string.Join(", ", answers
        .Where(each => each.Value > 0)
        .OrderBy(each => each.Key, StringComparer.Ordinal)
        .Select(each => $"{each.Key} × {each.Value}"));
}

/// <summary>What came of a run.</summary>
/// <param name="States">The ledger's deliveries by state.</param>
/// <param name="Findings">What is wrong, with ids; empty when all is well.</param>
/// <param name="Settled">How long it took to settle after the last note; null when it did not in time.</param>
/// <param name="Resources">How many resources hold a note.</param>
internal sealed record ChaosReport(
    ChaosOptions Options,
    Journal Journal,
    IReadOnlyList<MadeFault> Made,
    IReadOnlyList<GatewayNode> Nodes,
    IReadOnlyDictionary<string, int> States,
    IReadOnlyList<string> Findings,
    TimeSpan Took,
    TimeSpan? Settled,
    int Resources)
{
    private const int MostShown = 50;

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("fault", "count", "longest until normal", "what vendors were answered");
        foreach (var fault in Made.GroupBy(each => each.Fault).OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var longest = fault.Any(each => each.UntilNormal is null) ? "not in time" : Seconds(fault.Max(each => each.UntilNormal!.Value));
            var answers = fault.SelectMany(each => each.Answers).GroupBy(each => each.Key, each => each.Value)
                .Select(each => KeyValuePair.Create(each.Key, each.Sum()));
            table.AddRow(new Text(fault.Key), new Text($"{fault.Count()}"), new Text(longest), new Text(MadeFault.Seen(answers)));
        }

        console.Write(table);
        foreach (var line in Lines()) console.WriteLine(line);
        foreach (var finding in Findings.Take(MostShown)) console.WriteLine($"WRONG: {finding}");
        if (Findings.Count > MostShown) console.WriteLine($"and {Findings.Count - MostShown} more");
        console.WriteLine(Findings.Count == 0 ? "All that was acknowledged is there, once, in order." : $"{Findings.Count} findings");
    }

    private IEnumerable<string> Lines()
    {
        yield return $"{Journal.Acknowledged} notes acknowledged of {Journal.Documents.Count()} documents, "
            + $"{Journal.Duplicates} acknowledged again, {Journal.Documents.Count(document => document.IsExcused)} documents lost with a ledger";
        yield return $"{Resources} resources read back; deliveries in the ledger: {MadeFault.Seen(States)}";
        yield return $"took {Seconds(Took)}, settled {(Settled is { } time ? Seconds(time) : "never")} after the last note";
        foreach (var node in Nodes)
        {
            yield return $"gateway {node.Number}: {node.MostMemory} MiB at most, {node.Memory()} MiB at the end, "
                + $"longest start {Seconds(node.LongestStart)}";
        }
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
