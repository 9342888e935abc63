using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Validation.Terminology;

/// <summary>A ValueSet resource, read for asking: what it includes, excludes, or lists as its expansion.</summary>
internal sealed class CompiledValueSet
{
    public CompiledValueSet(JsonElement valueSet)
    {
        Url = valueSet.Text("url") ?? "";
        Title = valueSet.Text("name") ?? Url;
        if (valueSet.Member("compose") is { } compose)
        {
            Includes = [.. compose.Items("include").Select(item => new ValueSetPart(item))];
            Excludes = [.. compose.Items("exclude").Select(item => new ValueSetPart(item))];
        }
        else if (valueSet.Member("expansion") is { } expansion)
        {
            Includes = [.. Contains(expansion).GroupBy(item => item.System, StringComparer.Ordinal).Select(
                group => new ValueSetPart(group.Key, group.Select(item => (item.Code, item.Display))))];
        }
    }

    public string Url { get; }

    public string Title { get; }

    public IReadOnlyList<ValueSetPart> Includes { get; } = [];

    public IReadOnlyList<ValueSetPart> Excludes { get; } = [];

    // Not by recursion: JSON may nest deeper than a stack can.
    private static IEnumerable<(string System, string Code, string? Display)> Contains(JsonElement expansion)
    {
        var open = new Stack<IEnumerator<JsonElement>>([expansion.Items("contains").GetEnumerator()]);
        while (open.TryPeek(out var level))
        {
            if (!level.MoveNext())
            {
                open.Pop().Dispose();
                continue;
            }

            var item = level.Current;
            if (item.Text("code") is { } code && !item.Flag("abstract"))
            {
                yield return (item.Text("system") ?? "", code, item.Text("display"));
            }

            if (item.Member("contains") is not null) open.Push(item.Items("contains").GetEnumerator());
        }
    }
}

/// <summary>One include or exclude of a value set.</summary>
internal sealed class ValueSetPart
{
    private HashSet<string>? _inAnyCase;

    public ValueSetPart(JsonElement part)
    {
        System = part.Text("system");
        Version = part.Text("version");
        ValueSets = part.Texts("valueSet");
        Filters = [.. part.Items("filter").Select(
            filter => new ConceptFilter(filter.Text("property") ?? "", filter.Text("op") ?? "", filter.Text("value") ?? ""))];
        if (part.Member("concept") is null) return;
        Codes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var concept in part.Items("concept"))
        {
            if (concept.Text("code") is { } code) Codes[code] = concept.Text("display");
        }
    }

    public ValueSetPart(string system, IEnumerable<(string Code, string? Display)> codes)
    {
        System = system;
        Codes = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (code, display) in codes) Codes[code] = display;
    }

    /// <summary>Null when the part only names other value sets.</summary>
    public string? System { get; }

    public string? Version { get; }

    /// <summary>The codes listed, with their displays; null when the whole system, or what the filters accept, is meant.</summary>
    public Dictionary<string, string?>? Codes { get; }

    public IReadOnlyList<ConceptFilter> Filters { get; } = [];

    /// <summary>Value sets a code must be in, all of them.</summary>
    public IReadOnlyList<string> ValueSets { get; } = [];

    /// <summary>Whether a code is listed, upper and lower case alike.</summary>
    public bool HasInAnyCase(string code) => (_inAnyCase ??= new(Codes!.Keys, StringComparer.OrdinalIgnoreCase)).Contains(code);
}
