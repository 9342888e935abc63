using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>A CodeSystem resource, its concepts found by code. Immutable.</summary>
public sealed class CodeSystemIndex
{
    private const int MaxNesting = 100;
    private readonly Dictionary<string, CodeConcept> _concepts;
    private readonly Dictionary<string, List<string>> _children = new(StringComparer.Ordinal);

    public CodeSystemIndex(JsonElement codeSystem)
    {
        Url = codeSystem.Text("url") ?? "";
        Version = codeSystem.Text("version");
        IsCaseSensitive = codeSystem.Member("caseSensitive") is not { ValueKind: JsonValueKind.False };
        Content = codeSystem.Text("content") ?? "complete";
        IsSupplement = Content == "supplement" || codeSystem.Text("supplements") is not null;
        _concepts = new Dictionary<string, CodeConcept>(IsCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        Read(codeSystem, parent: null, nesting: 0);
        foreach (var concept in CodesSinceR4.Of(Url)) _concepts.TryAdd(concept.Code, concept);
        foreach (var concept in _concepts.Values)
        {
            foreach (var parent in concept.Parents)
            {
                if (!_children.TryGetValue(parent, out var children)) _children[parent] = children = [];
                children.Add(concept.Code);
            }
        }
    }

    public string Url { get; }

    public string? Version { get; }

    public bool IsCaseSensitive { get; }

    /// <summary>complete, fragment, example, not-present or supplement.</summary>
    public string Content { get; }

    /// <summary>Whether it only adds to another code system, and so can't be the system of a code.</summary>
    public bool IsSupplement { get; }

    /// <summary>Whether a code that is not listed does not exist.</summary>
    public bool IsComplete => Content == "complete";

    public IReadOnlyCollection<CodeConcept> Concepts => _concepts.Values;

    /// <summary>The concept of a code; null when it is not listed.</summary>
    public CodeConcept? Find(string code) => _concepts.GetValueOrDefault(code);

    /// <summary>Whether <paramref name="code"/> is <paramref name="ancestor"/> or lies below it.</summary>
    public bool IsA(string code, string ancestor)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([code]);
        while (open.TryPop(out var current))
        {
            if (current == ancestor) return true;
            if (!seen.Add(current) || Find(current) is not { } concept) continue;
            foreach (var parent in concept.Parents) open.Push(parent);
        }

        return false;
    }

    /// <summary>Whether nothing lies below the code.</summary>
    public bool IsLeaf(string code) => !_children.ContainsKey(code);

    private void Read(JsonElement holder, string? parent, int nesting)
    {
        if (nesting > MaxNesting) return;
        foreach (var item in holder.Items("concept"))
        {
            if (item.Text("code") is not { } code) continue;
            var properties = item.Items("property").Select(property => (Code: property.Text("code") ?? "", Value: Plain(property.Choice("value")?.Json)))
                .Where(property => property.Value is not null)
                .GroupBy(property => property.Code, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group.Select(property => property.Value!)], StringComparer.Ordinal);
            var parents = new List<string>();
            if (parent is not null) parents.Add(parent);
            foreach (var name in ParentProperties) parents.AddRange(properties.GetValueOrDefault(name) ?? []);
            _concepts.TryAdd(code, new CodeConcept(code, item.Text("display"), [.. item.Items("designation").Select(designation => designation.Text("value")).OfType<string>()], parents, properties));
            Read(item, code, nesting + 1);
        }
    }

    // v3 code systems tell their hierarchy by properties as well as by nesting.
    private static readonly string[] ParentProperties = ["subsumedBy", "parent"];

    private static string? Plain(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Object } coding => coding.Text("code"),
        { } other => other.GetRawText(),
        null => null,
    };
}
