using System.Globalization;
using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A search as asked: what to find, in which order, what to bring along, how to show it.</summary>
internal sealed class SearchRequest
{
    // Asked for by clients and without effect here: what they change is left as it is.
    private static readonly HashSet<string> Ignored =
        ["_total", "_format", "_pretty", "_type", "_containedType", "_contained", "_list", "language"];

    private readonly List<ICriterion> _criteria = [];
    private readonly List<(SearchParamDefinition Parameter, bool Descending)> _sort = [];

    private SearchRequest(string type, IReadOnlyList<(string Name, string Value)> parameters)
    {
        Type = type;
        Parameters = parameters;
    }

    public string Type { get; }

    /// <summary>As sent, for the self link.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; }

    /// <summary>Page size asked for; null for the server's own.</summary>
    public int? Count { get; private set; }

    public List<Inclusion> Inclusions { get; } = [];

    public SearchView View { get; } = new();

    public static SearchRequest Parse(string type, IReadOnlyList<(string Name, string Value)> parameters)
    {
        var request = new SearchRequest(type, parameters);
        foreach (var (name, value) in parameters) request.Add(name, value);
        return request;
    }

    /// <summary>The matches in their order.</summary>
    public IReadOnlyList<ResourceVersion> Find(StoreState state)
    {
        var found = Criteria.Find(state, Type, _criteria);
        IOrderedEnumerable<ResourceVersion>? ordered = null;
        foreach (var (parameter, descending) in _sort)
        {
            ordered = ordered is null
                ? found.OrderBy(resource => SortKeys.Of(resource, parameter) is null)
                : ordered.ThenBy(resource => SortKeys.Of(resource, parameter) is null);
            ordered = descending
                ? ordered.ThenByDescending(resource => SortKeys.Of(resource, parameter), SortKeys.Comparer)
                : ordered.ThenBy(resource => SortKeys.Of(resource, parameter), SortKeys.Comparer);
        }

        return [.. ordered ?? found];
    }

    private void Add(string name, string value)
    {
        switch (name)
        {
            case "_count":
                Count = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
                    ? count
                    : throw SandboxException.BadRequest($"HAPI-0375: Invalid _count value: {value}");
                break;
            case "_sort":
                foreach (var key in value.Split(',', StringSplitOptions.RemoveEmptyEntries)) AddSort(key);
                break;
            case "_include" or "_include:iterate" or "_include:recurse":
                Inclusions.Add(Inclusion.Parse(value, isReverse: false, iterates: name != "_include"));
                break;
            case "_revinclude" or "_revinclude:iterate" or "_revinclude:recurse":
                Inclusions.Add(Inclusion.Parse(value, isReverse: true, iterates: name != "_revinclude"));
                break;
            case "_summary":
                View.Summary = value;
                break;
            case "_elements":
                View.Elements = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
                break;
            case "_query":
                throw SandboxException.NotUnderstood("GET", Type, Parameters.Select(parameter => parameter.Name));
            default:
                if (!Ignored.Contains(name)) _criteria.Add(Criteria.Parse(Type, name, value) ?? throw Unknown(name));
                break;
        }
    }

    private void AddSort(string key)
    {
        var descending = key.StartsWith('-');
        var code = descending ? key[1..] : key;
        if (!SearchParameters.For(Type).TryGetValue(code, out var parameter))
        {
            throw SandboxException.BadRequest(
                $"HAPI-1194: Unknown _sort parameter value \"{code}\" for resource type \"{Type}\" (Note: sort parameters values must "
                    + $"use a valid Search Parameter). Valid values for this search are: [{Criteria.ValidNames(Type)}]");
        }

        _sort.Add((parameter, descending));
    }

    private SandboxException Unknown(string name)
    {
        var end = name.IndexOfAny([':', '.']);
        return SandboxException.BadRequest(
            $"HAPI-0524: Unknown search parameter \"{(end < 0 ? name : name[..end])}\" for resource type \"{Type}\". Valid search "
                + $"parameters for this search are: [{Criteria.ValidNames(Type)}]");
    }
}
