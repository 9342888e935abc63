namespace FhirGateway.Chaos.Faults;

/// <summary>Which faults are made, in which order: the same for the same seed and options.</summary>
internal static class Plan
{
    // About how long one takes with what follows until all is normal; only the number of rounds hangs on it.
    private static readonly TimeSpan OneKill = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan OneFault = TimeSpan.FromSeconds(5);

    /// <summary>About how long a plan takes.</summary>
    public static TimeSpan TimeOf(IReadOnlyList<Fault> plan) => plan.Count * OneFault;

    public static IReadOnlyList<Fault> Of(ChaosOptions options, IReadOnlyList<Fault> possible)
    {
        var others = possible.Where(fault => fault != ProcessFaults.Kill).ToList();
        var left = options.Duration - OneKill * options.Kills;
        var rounds = others.Count == 0 ? 0 : Math.Max(1, (int)(left / (OneFault * others.Count)));
        var kills = possible.Contains(ProcessFaults.Kill) ? options.Kills : 0;
        var chance = new Random(options.Seed);

        // Every fault once before any comes again: a run that is cut short has made them all.
        var all = new List<Fault>();
        for (var round = 1; round <= Math.Max(1, rounds); round++)
        {
            var killed = all.Count(fault => fault == ProcessFaults.Kill);
            Fault[] next = [.. others, .. Enumerable.Repeat(ProcessFaults.Kill, kills * round / Math.Max(1, rounds) - killed)];
            chance.Shuffle(next);
            all.AddRange(next);
        }

        return all;
    }
}
