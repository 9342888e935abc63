using FhirGateway.Sandbox.Store;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>An <c>_include</c> (what the matches refer to) or <c>_revinclude</c> (what refers to the matches).</summary>
internal sealed record Inclusion(string? SourceType, SearchParamDefinition? Parameter, string? TargetType, bool IsReverse, bool Iterates)
{
    /// <summary>Reads <c>Encounter:subject</c>, <c>Encounter:subject:Patient</c>, <c>Encounter:*</c> or <c>*</c>.</summary>
    public static Inclusion Parse(string value, bool isReverse, bool iterates)
    {
        var name = isReverse ? "_revinclude" : "_include";
        if (value == "*") return new(null, null, null, isReverse, iterates);
        var parts = value.Split(':');
        if (parts.Length is < 2 or > 3) throw SandboxException.BadRequest($"HAPI-2018: Invalid {name} parameter value: \"{value}\". ");
        if (!ServedTypes.IsKnown(parts[0]))
        {
            throw SandboxException.BadRequest(
                $"HAPI-2017: Invalid {name} parameter value: \"{value}\". Invalid/unsupported resource type: \"{parts[0]}\"");
        }
        if (parts[1] == "*") return new(parts[0], null, null, isReverse, iterates);
        var parameters = SearchParameters.For(parts[0]);
        if (!parameters.TryGetValue(parts[1], out var parameter) || parameter.Type != SearchParamType.Reference)
        {
            var valid = string.Join(", ", parameters.Values
                .Where(known => known.Type == SearchParamType.Reference)
                .Select(known => known.Code)
                .Order(StringComparer.Ordinal));
            throw SandboxException.BadRequest(
                $"HAPI-2015: Invalid {name} parameter value: \"{value}\". Unknown search parameter \"{parts[1]}\" for resource type "
                    + $"\"{parts[0]}\". Valid search parameters for this search are: [{valid}]");
        }

        return new(parts[0], parameter, parts.ElementAtOrDefault(2), isReverse, iterates);
    }

    /// <summary>All that comes along with a page of matches, once each, the matches themselves excepted.</summary>
    public static IReadOnlyList<ResourceVersion> Along(
        StoreState state,
        IReadOnlyList<ResourceVersion> matches,
        IReadOnlyList<Inclusion> inclusions)
    {
        var seen = matches.Select(match => match.Reference).ToHashSet(StringComparer.Ordinal);
        var found = new List<ResourceVersion>();
        var from = matches;
        for (var round = 0; from.Count > 0; round++)
        {
            var applied = inclusions.Where(inclusion => round == 0 || inclusion.Iterates).ToList();
            var next = applied
                .SelectMany(inclusion => inclusion.From(state, from))
                .Where(resource => seen.Add(resource.Reference))
                .ToList();
            found.AddRange(next);
            from = next;
        }

        return found;
    }

    private IEnumerable<ResourceVersion> From(StoreState state, IReadOnlyList<ResourceVersion> resources)
    {
        if (!IsReverse)
        {
            return resources.Where(source => SourceType is null || source.Type == SourceType).SelectMany(source => Targets(state, source));
        }
        var wanted = resources
            .Where(resource => TargetType is null || resource.Type == TargetType)
            .Select(resource => resource.Reference)
            .ToHashSet(StringComparer.Ordinal);
        return (SourceType is null ? state.Types.Keys : [SourceType])
            .SelectMany(state.Live)
            .Where(source => Literals(source).Any(wanted.Contains));
    }

    private IEnumerable<ResourceVersion> Targets(StoreState state, ResourceVersion source) =>
        from literal in Literals(source)
        let target = LiteralReferences.TryParseLocal(literal, out var type, out var id) ? state.FindLive(type, id) : null
        where target is not null && (TargetType is null || target.Type == TargetType)
        select target;

    private IEnumerable<string> Literals(ResourceVersion source) => Parameter is null
        ? source.Index.References.Select(reference => reference.Literal)
        : source.Index.Values(Parameter, IndexedValues.References);
}
