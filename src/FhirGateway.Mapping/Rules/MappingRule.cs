using FhirGateway.Mapping.Targets;

namespace FhirGateway.Mapping.Rules;

/// <summary>One rule: it can be listed, and it can be applied.</summary>
public abstract class MappingRule
{
    /// <summary>Why the rule is as it is; shown in the documentation and beside the lineage.</summary>
    public string? Reason { get; internal set; }

    /// <summary>The rule as lines of the mapping's table.</summary>
    /// <param name="scope">Pointer pattern of what the rule's own source is relative to.</param>
    public abstract IEnumerable<RuleRow> Rows(string scope);

    internal abstract void Apply(Draft draft, Place at);

    /// <summary>Whether the rule reads a key of the object that it is applied to.</summary>
    /// <param name="at">That object.</param>
    /// <param name="key">The key as it stands there.</param>
    internal virtual bool Knows(Place at, string key) => false;

    /// <summary>The source of a key below a scope; a key that begins with a slash is a pointer from the event's root.</summary>
    private protected static string SourceOf(string scope, string key) => key.StartsWith('/') ? key : Json.JsonPointer.Append(scope, key);

    private protected static Place? Find(Draft draft, Place at, string key) => key.StartsWith('/') ? draft.Root.At(key) : at.Child(key);

    internal static TargetPath SectionPart(string part = "") => new("Composition", part.Length == 0 ? "section" : $"section.{part}");
}

/// <summary>What every rule can be told.</summary>
public static class RuleReasons
{
    /// <summary>Why the rule is as it is: data, which lands in the table and beside the lineage.</summary>
    public static TRule Because<TRule>(this TRule rule, string reason)
        where TRule : MappingRule
    {
        ArgumentNullException.ThrowIfNull(rule);
        rule.Reason = reason;
        return rule;
    }
}
