using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;
using Hl7.Fhir.Utility;

namespace FhirGateway.Sandbox.Searching;

/// <summary>Makes criteria of a query's parameters.</summary>
internal static class Criteria
{
    /// <summary>The criterion of one parameter; null when the type has no parameter of that name.</summary>
    /// <param name="type">The searched type.</param>
    /// <param name="name">As sent: <c>subject:Patient.identifier</c>.</param>
    /// <param name="value">Decoded, still with FHIR's escapes.</param>
    public static ICriterion? Parse(string type, string name, string value)
    {
        if (name.StartsWith("_has:", StringComparison.Ordinal)) return ParseHas(name, value);
        if (name is "_text" or "_content")
        {
            throw SandboxException.BadRequest(
                $"HAPI-1192: Fulltext search is not enabled on this service, can not process parameter: {name}");
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (code, modifier) = SplitModifier(dot < 0 ? name : name[..dot]);
        if (!SearchParameters.For(type).TryGetValue(code, out var parameter)) return null;
        return dot < 0 ? Simple(type, parameter, modifier, value) : Chain(parameter, modifier, name[(dot + 1)..], value);
    }

    /// <summary>
    /// The living resources of a type that meet all criteria, in order of creation. Only where no criterion can name its
    /// candidates is every resource of the type looked at.
    /// </summary>
    public static IEnumerable<ResourceVersion> Find(StoreState state, string type, IReadOnlyList<ICriterion> criteria)
    {
        var candidates = criteria.Select(criterion => criterion.Candidates(state))
            .OfType<IReadOnlyCollection<StoredResource>>()
            .MinBy(found => found.Count);
        return (candidates ?? state.All(type))
            .Where(resource => !resource.Current.IsDeleted && criteria.All(criterion => criterion.Holds(state, resource.Current)))
            .OrderBy(resource => resource.Sequence)
            .Select(resource => resource.Current);
    }

    /// <summary>The names a search on the type may use, as HAPI lists them in its refusals.</summary>
    public static string ValidNames(string type) => string.Join(", ", SearchParameters.For(type).Values
        .Where(parameter => parameter.Type != SearchParamType.Special).Select(parameter => parameter.Code!)
        .Append("language").Except(["_text", "_content"]).Distinct().Order(StringComparer.Ordinal));

    private static ICriterion Simple(string type, SearchParamDefinition parameter, string? modifier, string value)
    {
        if (modifier == "missing") return new MissingCriterion(parameter, value == "true");
        var values = QueryString.Split(value, ',');
        return parameter.Type switch
        {
            SearchParamType.Token => new TokenCriterion(type, parameter, modifier, values),
            SearchParamType.Date => new DateCriterion(parameter, values),
            SearchParamType.String => new StringCriterion(parameter, modifier, values),
            SearchParamType.Reference => new ReferenceCriterion(type, parameter, modifier, values),
            SearchParamType.Uri => new UriCriterion(parameter, modifier, values),
            SearchParamType.Number or SearchParamType.Quantity => new QuantityCriterion(parameter, values),
            _ => throw SandboxException.BadRequest(
                $"The sandbox has no search by {parameter.Type.GetLiteral()} parameters such as \"{parameter.Code}\""),
        };
    }

    private static ChainCriterion Chain(SearchParamDefinition parameter, string? modifier, string rest, string value)
    {
        var byType = new Dictionary<string, ICriterion>(StringComparer.Ordinal);
        foreach (var target in modifier is null ? parameter.TargetTypes() : [modifier])
        {
            if (Parse(target, rest, value) is { } criterion) byType[target] = criterion;
        }

        if (parameter.Type != SearchParamType.Reference || byType.Count == 0)
        {
            throw SandboxException.BadRequest($"HAPI-1243: Invalid parameter chain: {parameter.Code}.{rest}");
        }
        return new ChainCriterion(parameter, byType);
    }

    private static HasCriterion ParseHas(string name, string value)
    {
        var parts = name.Split(':', 4);
        if (parts.Length < 4) throw SandboxException.BadRequest($"HAPI-1942: Invalid _has parameter syntax: {name[4..]}");
        if (!ServedTypes.IsKnown(parts[1]) || !SearchParameters.For(parts[1]).TryGetValue(parts[2], out var reference)
            || Parse(parts[1], parts[3], value) is not { } criterion)
        {
            throw SandboxException.BadRequest($"HAPI-1209: Unknown parameter name: {parts[1]}:{parts[2]}");
        }

        return new HasCriterion(parts[1], reference, criterion);
    }

    private static (string Code, string? Modifier) SplitModifier(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
    }
}
