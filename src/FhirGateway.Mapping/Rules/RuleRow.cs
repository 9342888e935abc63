using FhirGateway.Mapping.Targets;

namespace FhirGateway.Mapping.Rules;

/// <summary>One line of a mapping's table: a rule as data, for documentation, coverage and lineage.</summary>
/// <param name="Source">RFC 6901 pointer into the event, <c>*</c> for every item or key; empty for what is always written.</param>
/// <param name="Action">What the rule does: <c>→</c>, <c>always</c>, <c>creates</c>, <c>section</c>, <c>checks</c>, <c>ignored</c>…</param>
/// <param name="Targets">What it writes, or looks at; empty for nothing.</param>
/// <param name="How">The transform in words.</param>
/// <param name="Because">The reason, where one was given.</param>
/// <param name="WholeSubtree">The rule knows all that lies below its source, too.</param>
public sealed record RuleRow(
    string Source, string Action, IReadOnlyList<TargetPath> Targets, string How, string? Because, bool WholeSubtree = false)
{
    internal RuleRow(string source, string action, TargetPath target, string how, string? because, bool wholeSubtree = false)
        : this(source, action, [target], how, because, wholeSubtree)
    {
    }

    /// <summary>The targets in words; empty for none.</summary>
    public string Target => string.Join(", ", Targets);

    /// <summary>The rule in one line, for lineage.</summary>
    /// <param name="source">The place in a message that the rule met; null for what is always written.</param>
    public string InWords(string? source) =>
        string.Join("; ", new[] { $"{source} {Action} {Target}".Trim(), How, Because }.Where(part => !string.IsNullOrEmpty(part)));
}
