namespace FhirGateway.Ledger;

/// <summary>Of which sources something is looked at.</summary>
/// <param name="names">The sources' names, in whatever case.</param>
/// <param name="isExcept">All sources but these.</param>
public sealed class SourceFilter(IEnumerable<string> names, bool isExcept)
{
    private readonly HashSet<string> _names = [.. names.Select(name => name.ToLowerInvariant())];

    /// <summary>The names in small letters.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>All sources but those named.</summary>
    public bool IsExcept { get; } = isExcept;

    /// <summary>Whether a source is looked at.</summary>
    public bool Has(string source) => _names.Contains(source.ToLowerInvariant()) != IsExcept;
}
