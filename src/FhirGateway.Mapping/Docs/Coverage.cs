using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping.Docs;

/// <summary>Whether the rules know every field that a vendor's page documents.</summary>
public static class Coverage
{
    /// <summary>Which documented fields no rule knows.</summary>
    /// <param name="documented">RFC 6901 pointers into the event; <c>*</c> stands for every item or key.</param>
    /// <param name="rows">The mapping's rules.</param>
    public static IReadOnlyList<string> Missing(IEnumerable<string> documented, IEnumerable<RuleRow> rows)
    {
        var known = rows.Where(row => row.Source.Length > 0).ToList();
        return [.. documented.Where(field => !known.Exists(row => Knows(row, field)))];
    }

    private static bool Knows(RuleRow row, string field) =>
        row.Source == field || (row.WholeSubtree && field.StartsWith(row.Source + "/", StringComparison.Ordinal));
}
