namespace FhirGateway.Mapping.Rules;

/// <summary>One line of a mapping's table: a rule as data, for documentation, coverage and lineage.</summary>
/// <param name="Source">RFC 6901 pointer into the event, <c>*</c> for every item or key; empty for what is always written.</param>
/// <param name="Action">What the rule does: <c>→</c>, <c>always</c>, <c>creates</c>, <c>section</c>, <c>checks</c>, <c>ignored</c>…</param>
/// <param name="Target">FHIR path of the target.</param>
/// <param name="How">The transform in words.</param>
/// <param name="Because">The reason, where one was given.</param>
/// <param name="WholeSubtree">The rule knows all that lies below its source, too.</param>
public sealed record RuleRow(string Source, string Action, string Target, string How, string? Because, bool WholeSubtree = false)
{
    /// <summary>The rule in one line, for lineage.</summary>
    public string InWords => string.Join("; ", new[] { $"{Source} {Action} {Target}".Trim(), How, Because }.Where(part => !string.IsNullOrEmpty(part)));
}
