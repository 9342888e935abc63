namespace FhirGateway.Benchmarks;

/// <summary>The figures of several rounds of one thing.</summary>
internal sealed class Figures(IEnumerable<double> rounds)
{
    private readonly double[] _sorted = [.. rounds.Order()];

    public double Median =>
        _sorted.Length % 2 == 1 ? _sorted[_sorted.Length / 2] : (_sorted[_sorted.Length / 2 - 1] + _sorted[_sorted.Length / 2]) / 2;

    /// <summary>Median, and the least and the most of the rounds.</summary>
    public string Show(string unit) =>
        FormattableString.Invariant($"{Median:N0} {unit} ({_sorted[0]:N0} to {_sorted[^1]:N0} in {_sorted.Length} rounds)");
}
