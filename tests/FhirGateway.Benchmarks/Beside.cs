using System.Diagnostics;

namespace FhirGateway.Benchmarks;

/// <summary>Times of steps on an empty ledger and on a full one.</summary>
internal sealed class Beside
{
    private readonly List<(string Step, string Name, double Time)> _times = [];

    public void Add(string step, string name, double time) => _times.Add((step, name, time));

    /// <summary>Times work that does a step so many times, in microseconds each.</summary>
    public async Task TimeAsync(string step, string name, int times, Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        Add(step, name, clock.Elapsed.TotalMicroseconds / times);
    }

    /// <summary>The medians, and their ratios.</summary>
    public void Show(string unit)
    {
        foreach (var step in _times.GroupBy(each => each.Step))
        {
            double Median(string name) => new Figures(step.Where(each => each.Name == name).Select(each => each.Time)).Median;
            var (empty, full) = (Median("empty"), Median("full"));
            Console.WriteLine(FormattableString.Invariant(
                $"  {step.Key,-32} empty {empty,10:N0} {unit}  full {full,10:N0} {unit}  ratio {full / empty,6:N2}"));
        }
    }
}
