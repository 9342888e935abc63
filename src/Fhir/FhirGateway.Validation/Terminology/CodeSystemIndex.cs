using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;

namespace FhirGateway.Validation.Terminology;

/// <summary>A CodeSystem resource, its concepts found by code. Immutable.</summary>
public sealed class CodeSystemIndex
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoProperties =
        new Dictionary<string, IReadOnlyList<string>>();

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
        Read(codeSystem);
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
    public bool IsA(string code, string ancestor) => IsA(code, ancestor, new WorkBudget(long.MaxValue)) == true;

    /// <summary>As <see cref="IsA(string, string)"/>; null when that takes more than the budget.</summary>
    internal bool? IsA(string code, string ancestor, WorkBudget budget)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([code]);
        while (open.TryPop(out var current))
        {
            if (current == ancestor) return true;
            if (!seen.Add(current) || Find(current) is not { } concept) continue;
            if (!budget.Charge(1 + concept.Parents.Count)) return null;
            foreach (var parent in concept.Parents) open.Push(parent);
        }

        return false;
    }

    /// <summary>Whether nothing lies below the code.</summary>
    public bool IsLeaf(string code) => !_children.ContainsKey(code);

    // In the order of the document, and not by recursion: JSON may nest deeper than a stack can.
    private void Read(JsonElement codeSystem)
    {
        var open = new Stack<(IEnumerator<JsonElement> Concepts, string? Parent)>();
        open.Push((codeSystem.Items("concept").GetEnumerator(), null));
        while (open.TryPeek(out var level))
        {
            if (!level.Concepts.MoveNext())
            {
                open.Pop().Concepts.Dispose();
                continue;
            }

            var item = level.Concepts.Current;
            if (item.Text("code") is not { } code) continue;
            _concepts.TryAdd(code, Concept(item, code, level.Parent));
            if (item.Member("concept") is not null) open.Push((item.Items("concept").GetEnumerator(), code));
        }
    }

    private static CodeConcept Concept(JsonElement item, string code, string? parent)
    {
        var properties = item.Member("property") is null ? NoProperties : Properties(item);
        List<string> parents = parent is null ? [] : [parent];
        foreach (var name in ParentProperties) parents.AddRange(properties.GetValueOrDefault(name) ?? []);
        IReadOnlyList<string> designations = item.Member("designation") is null
            ? []
            : [.. item.Items("designation").Select(designation => designation.Text("value")).OfType<string>()];
        // Most concepts have nothing but a code, and a system may have a million.
        return new CodeConcept(code, item.Text("display"), designations, parents.Count == 0 ? [] : parents, properties);
    }

    private static Dictionary<string, IReadOnlyList<string>> Properties(JsonElement item) =>
        item.Items("property").Select(property => (Code: property.Text("code") ?? "", Value: Plain(TypedValue.Of(property, "value")?.Json)))
            .Where(property => property.Value is not null)
            .GroupBy(property => property.Code, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key, IReadOnlyList<string> (group) => [.. group.Select(property => property.Value!)],
                StringComparer.Ordinal);

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
