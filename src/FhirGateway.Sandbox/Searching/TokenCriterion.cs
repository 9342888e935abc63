using FhirGateway.Sandbox.Store;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>A token search: <c>code</c>, <c>system|code</c>, <c>|code</c>, <c>system|</c>; with <c>:not</c> or <c>:text</c>.</summary>
internal sealed class TokenCriterion(
    string type,
    SearchParamDefinition parameter,
    string? modifier,
    IReadOnlyList<string> values) : ICriterion
{
    private readonly IReadOnlyList<(string? System, string? Code)> _wanted = [.. values.Select(Read)];

    public bool Holds(StoreState state, ResourceVersion resource)
    {
        var tokens = resource.Index.Values(parameter, IndexedValues.Tokens);
        return modifier switch
        {
            "not" => !tokens.Any(IsWanted),
            "text" => tokens.Any(token => token.Text is { } text && values.Any(value => StringCriterion.StartsWith(text, value))),
            _ => tokens.Any(IsWanted),
        };
    }

    public IReadOnlyCollection<StoredResource>? Candidates(StoreState state)
    {
        if (modifier is not null) return null;
        IEnumerable<string>? ids = parameter.Code switch
        {
            SearchParameters.Id when _wanted.All(wanted => wanted is { System: null, Code: not null }) =>
                _wanted.Select(wanted => wanted.Code!),
            SearchParameters.Identifier when _wanted.All(wanted => wanted is { System: not null, Code: not null }) =>
                _wanted.SelectMany(wanted => state.Identifiers.Find(type, wanted.System!, wanted.Code!)),
            _ => null,
        };
        return ids is null ? null : [.. ids.Distinct(StringComparer.Ordinal).Select(id => state.Find(type, id)).OfType<StoredResource>()];
    }

    private bool IsWanted(TokenValue token) => _wanted.Any(wanted =>
        (wanted.System is null || (wanted.System == (token.System ?? "")) || (token.AnySystem && wanted.System.Length > 0))
        && (wanted.Code is null || wanted.Code == token.Code));

    // System null: any. Empty: none. Code null: any.
    private static (string? System, string? Code) Read(string value)
    {
        var parts = QueryString.Split(value, '|', atMost: 2);
        if (parts.Count == 1) return (null, QueryString.Unescape(parts[0]));
        var code = QueryString.Unescape(parts[1]);
        return (QueryString.Unescape(parts[0]), code.Length == 0 ? null : code);
    }
}
