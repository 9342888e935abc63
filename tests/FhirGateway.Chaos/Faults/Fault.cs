namespace FhirGateway.Chaos.Faults;

/// <summary>Something that goes wrong.</summary>
/// <param name="Name">As <c>--faults</c> names it.</param>
/// <param name="MakeAsync">Begins it, lets it last, and ends it.</param>
internal sealed record Fault(string Name, Func<Scene, Task> MakeAsync)
{
    /// <summary>Why it can't be made here; null where it can.</summary>
    public Func<Scene, string?> Lacks { get; init; } = _ => null;

    /// <summary>All there are.</summary>
    public static IReadOnlyList<Fault> All { get; } = [.. ProxyFaults.All, .. ProcessFaults.All, .. LedgerFaults.All];
}
