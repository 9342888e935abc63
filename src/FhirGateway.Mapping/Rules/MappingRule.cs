namespace FhirGateway.Mapping.Rules;

/// <summary>One rule: it can be listed, and it can be applied.</summary>
public abstract class MappingRule
{
    /// <summary>Why the rule is as it is; shown in the documentation and beside the lineage.</summary>
    public string? Reason { get; protected set; }

    /// <summary>The rule as lines of the mapping's table.</summary>
    /// <param name="scope">Pointer pattern of what the rule's own source is relative to.</param>
    public abstract IEnumerable<RuleRow> Rows(string scope);

    internal abstract void Apply(Draft draft, Place at);

    /// <summary>The source of a key below a scope; a key that begins with a slash is a pointer from the event's root.</summary>
    private protected static string SourceOf(string scope, string key) => key.StartsWith('/') ? key : Json.JsonPointer.Append(scope, key);

    private protected static Place? Find(Draft draft, Place at, string key) => key.StartsWith('/') ? draft.Root.At(key) : at.Child(key);
}
