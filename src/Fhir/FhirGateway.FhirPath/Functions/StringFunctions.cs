using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Strings (FHIRPath N1 §5.6), and the additions split, join, trim, lastIndexOf. Places and lengths count characters.</summary>
internal static class StringFunctions
{
    public static readonly Function[] All =
    [
        new("indexOf", 1, 1, (in Call call) => With(call, (text, sought) => Place(text, text.IndexOf(sought, StringComparison.Ordinal)))),
        new(
            "lastIndexOf", 1, 1,
            (in Call call) => With(call, (text, sought) => Place(text, text.LastIndexOf(sought, StringComparison.Ordinal)))),
        new(
            "startsWith", 1, 1,
            (in Call call) => With(call, (text, sought) => Collection.Of(text.StartsWith(sought, StringComparison.Ordinal)))),
        new(
            "endsWith", 1, 1,
            (in Call call) => With(call, (text, sought) => Collection.Of(text.EndsWith(sought, StringComparison.Ordinal)))),
        new(
            "contains", 1, 1,
            (in Call call) => With(call, (text, sought) => Collection.Of(text.Contains(sought, StringComparison.Ordinal)))),
        new("substring", 1, 2, Substring),
        new("upper", 0, 0, (in Call call) => Collection.Of(call.Text()?.ToUpperInvariant())),
        new("lower", 0, 0, (in Call call) => Collection.Of(call.Text()?.ToLowerInvariant())),
        new("trim", 0, 0, (in Call call) => Collection.Of(call.Text()?.Trim())),
        new("length", 0, 0, (in Call call) => call.Text() is { } text ? Collection.Of(CodePoints.Count(text)) : Collection.Empty),
        new("replace", 2, 2, Replace),
        new("toChars", 0, 0, ToChars),
        new("split", 1, 1, Split),
        new("join", 0, 1, Join),
    ];

    private static Collection With(in Call call, Func<string, string, Collection> answer)
    {
        var text = call.Text();
        var argument = call.TextArgument(0);
        if (text is null || argument is null) return Collection.Empty;
        // A text that matches nearly everywhere is compared nearly everywhere.
        call.Charge((long)text.Length * argument.Length / 1024);
        return answer(text, argument);
    }

    private static Collection Substring(in Call call)
    {
        if (call.Text() is not { } text || call.IntegerArgument(0) is not { } start || start < 0) return Collection.Empty;
        var from = CodePoints.UnitOf(text, start);
        if (from < 0 || from == text.Length) return Collection.Empty;
        var rest = text.AsSpan(from);
        if (call.ArgumentCount == 1 || call.IntegerArgument(1) is not { } length) return Collection.Of(rest.ToString());
        if (length <= 0) return Collection.Of("");
        var to = CodePoints.UnitOf(rest, Math.Min(length, rest.Length));
        return Collection.Of((to < 0 ? rest : rest[..to]).ToString());
    }

    private static Collection Place(string text, int unit) => Collection.Of(unit < 0 ? -1 : CodePoints.Count(text.AsSpan(0, unit)));

    private static Collection Replace(in Call call)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } pattern || call.TextArgument(1) is not { } substitution)
        {
            return Collection.Empty;
        }

        call.Charge((long)text.Length * pattern.Length / 1024);
        var found = pattern.Length > 0 ? text.AsSpan().Count(pattern) : text.Length + 1L;
        call.ChargeText(text.Length + (found * substitution.Length));
        // An empty pattern is found before, between and after all characters.
        return Collection.Of(pattern.Length > 0
            ? text.Replace(pattern, substitution, StringComparison.Ordinal)
            : $"{substitution}{string.Concat(CodePoints.Each(text).Select(character => character + substitution))}");
    }

    private static Collection ToChars(in Call call)
    {
        if (call.Text() is not { } text) return Collection.Empty;
        call.Charge((long)text.Length * Evaluation.NodeCost);
        return Collection.Of(CodePoints.Each(text).Select(FhirNode (character) => ValueNode.Of(character)).ToArray());
    }

    private static Collection Split(in Call call)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } separator) return Collection.Empty;
        if (separator.Length == 0) return ToChars(call);
        call.Charge((long)text.Length * separator.Length / 1024);
        call.Charge((text.AsSpan().Count(separator) + 1L) * Evaluation.NodeCost);
        return Collection.Of(text.Split(separator).Select(FhirNode (part) => ValueNode.Of(part)).ToArray());
    }

    private static Collection Join(in Call call)
    {
        if (call.Input.IsEmpty) return Collection.Empty;
        var separator = call.ArgumentCount == 1 ? call.TextArgument(0) ?? "" : "";
        var parts = new List<string>(call.Input.Count);
        foreach (var item in call.Input)
        {
            if (call.Value(item) is not string part) throw call.Error($"join() joins strings, not {item.Type}");
            call.Charge(1);
            call.ChargeText(separator.Length);
            parts.Add(part);
        }

        return Collection.Of(string.Join(separator, parts));
    }
}
