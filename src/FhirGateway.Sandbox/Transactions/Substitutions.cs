using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;
using FhirGateway.Sandbox.Writing;

namespace FhirGateway.Sandbox.Transactions;

/// <summary>What the entries of a transaction call each other, and the references these names stand for.</summary>
internal sealed class Substitutions
{
    private readonly Dictionary<string, string> _placeholders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _conditions = new(StringComparer.Ordinal);

    public void Add(TransactionEntry entry, string? alsoKnownAs = null)
    {
        var reference = $"{entry.ResourceType}/{entry.TargetId}";
        if (entry.Placeholder is { } placeholder) _placeholders[placeholder] = reference;
        if (alsoKnownAs is not null) _placeholders[alsoKnownAs] = reference;
        if (entry.Condition is { } condition) _conditions[condition.Text] = reference;
    }

    /// <summary>
    /// The resource that a conditional reference means because an entry has the same condition, letter by letter as on HAPI; null
    /// when none has.
    /// </summary>
    public string? Conditional(string literal) => _conditions.GetValueOrDefault(literal);

    /// <summary>
    /// Fills the placeholders in references, and in other values of type uri such as an attachment's url. HAPI leaves narrative
    /// alone.
    /// </summary>
    public void Fill(JsonObject resource)
    {
        foreach (var reference in LiteralReferences.In(resource))
        {
            var literal = LiteralReferences.Literal(reference);
            if (_placeholders.TryGetValue(literal, out var target)) reference["reference"] = target;
            else if (LiteralReferences.IsPlaceholder(literal))
            {
                var name = reference.Parent is JsonArray list ? list.GetPropertyName() : reference.GetPropertyName();
                throw SandboxException.BadRequest(
                    $"HAPI-0541: Unable to satisfy placeholder ID {literal} found in element named '{name}' within resource of type: "
                        + $"{resource["resourceType"]}");
            }
        }

        if (_placeholders.Count > 0) FillUris(resource, FhirNode.Of(JsonSerializer.SerializeToElement(resource)));
    }

    private void FillUris(JsonObject holder, FhirNode node)
    {
        foreach (var child in node.Children())
        {
            var value = holder[child.JsonName!];
            if (child.Index is { } index) value = (value as JsonArray)?.ElementAtOrDefault(index);
            if (value is JsonObject inner) FillUris(inner, child);
            else if (child.Type.Name is "uri" or "url" or "canonical" && child.Json is { ValueKind: JsonValueKind.String } json
                && _placeholders.TryGetValue(json.GetString()!, out var target))
            {
                value!.ReplaceWith(target);
            }
        }
    }
}
