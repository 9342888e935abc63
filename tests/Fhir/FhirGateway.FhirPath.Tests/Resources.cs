using System.Text.Json;

namespace FhirGateway.FhirPath.Tests;

/// <summary>Short ways to evaluate in tests.</summary>
internal static class Resources
{
    public static FhirNode Node(string json) => FhirNode.Of(JsonDocument.Parse(json).RootElement);

    public static IReadOnlyList<FhirNode> Evaluate(string expression, EvaluationContext? context = null) =>
        FhirPathExpression.Compile(expression).Evaluate(context);

    public static IReadOnlyList<FhirNode> Evaluate(this FhirNode node, string expression, EvaluationContext? context = null) =>
        FhirPathExpression.Compile(expression).Evaluate(node, context);

    /// <summary>The result's one value; null for an empty result.</summary>
    public static object? Value(string expression, EvaluationContext? context = null) =>
        Evaluate(expression, context) is [var only, ..] ? only.Value : null;
}
