using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Searching;

/// <summary>The condition of a conditional request or reference: a search that should find one resource.</summary>
/// <param name="Sent">As the client wrote it.</param>
/// <param name="Text">With its type in front: <c>Patient?identifier=…</c>.</param>
internal sealed record MatchUrl(string Type, string Sent, string Text, IReadOnlyList<ICriterion> Criteria)
{
    /// <summary>Reads a conditional reference, <c>Type?parameters</c>.</summary>
    public static MatchUrl Parse(string literal) => Parse(literal[..literal.IndexOf('?', StringComparison.Ordinal)], literal);

    /// <summary>Reads a condition on a type; what it says before the question mark is ignored.</summary>
    public static MatchUrl Parse(string type, string sent)
    {
        var query = sent[(sent.IndexOf('?', StringComparison.Ordinal) + 1)..];
        var text = $"{type}?{query}";
        if (!ServedTypes.IsKnown(type))
        {
            throw SandboxException.BadRequest(
                $"HAPI-1684: Unknown resource name \"{type}\" (this name is not known in FHIR version \"R4\")");
        }
        var parameters = QueryString.Parse(query);
        if (parameters.Count == 0)
        {
            throw SandboxException.BadRequest($"HAPI-0518: Invalid match URL[{text}] - URL has no search parameters");
        }
        return new MatchUrl(type, sent, text,
        [
            .. parameters.Select(parameter => Searching.Criteria.Parse(type, parameter.Name, parameter.Value)
                ?? throw SandboxException.BadRequest(
                    $"HAPI-0488: Failed to parse match URL[{text}] - Resource type {type} does not have a parameter with name: "
                        + $"{parameter.Name}")),
        ]);
    }

    public IReadOnlyList<ResourceVersion> Find(StoreState state) => [.. Searching.Criteria.Find(state, Type, Criteria)];

    public bool Matches(StoreState state, ResourceVersion resource) => Criteria.All(criterion => criterion.Holds(state, resource));
}
