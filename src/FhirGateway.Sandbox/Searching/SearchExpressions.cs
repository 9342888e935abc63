using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.FhirPath;
using FhirGateway.Sandbox.Writing;
using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox.Searching;

/// <summary>The FHIRPath of search parameters, compiled once per resource type.</summary>
internal static class SearchExpressions
{
    private static readonly ConcurrentDictionary<(string Type, string Url), IReadOnlyList<FhirPathExpression>> Compiled = new();

    // "where(resolve() is Patient)" asks for the type only, which the reference itself tells: nothing need be loaded.
    private static readonly ConcurrentDictionary<string, FhirNode> Standins = new(StringComparer.Ordinal);

    /// <summary>How search expressions are evaluated.</summary>
    public static EvaluationContext Context { get; } = EvaluationContext.Search with { Resolver = Resolve };

    /// <summary>The parts of a parameter's expression that apply to a type: R4 joins those of many types by <c>|</c>.</summary>
    public static IReadOnlyList<FhirPathExpression> For(string type, SearchParamDefinition parameter) =>
        Compiled.GetOrAdd((type, parameter.Url!), _ =>
        [
            .. (parameter.Expression ?? "").Split(" | ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(part => AppliesTo(part, type))
                .Select(FhirPathExpression.Compile),
        ]);

    /// <summary>A part's path without its conditions and casts: <c>Encounter.subject</c>.</summary>
    public static string Plain(string expression)
    {
        var end = expression.IndexOfAny([' ', '(']);
        if (end < 0) return expression.Trim('(');
        var start = expression.StartsWith('(') ? 1 : 0;
        var path = expression[start..(start == 1 ? expression.IndexOf(' ', StringComparison.Ordinal) : end)];
        return path.EndsWith(".where", StringComparison.Ordinal) ? path[..^6] : path;
    }

    private static FhirNode? Resolve(string literal) =>
        LiteralReferences.TryParseLocal(literal, out var type, out _) && ServedTypes.IsKnown(type)
        ? Standins.GetOrAdd(type, static name => FhirNode.Of(JsonSerializer.SerializeToElement(new JsonObject { ["resourceType"] = name })))
        : null;

    private static bool AppliesTo(string part, string type)
    {
        var start = part.TrimStart('(');
        var root = start[..Math.Max(0, start.IndexOf('.', StringComparison.Ordinal))];
        return root == type || root is "Resource" or "DomainResource";
    }
}
