using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.FhirPath.Tests.Suite;

/// <summary>Runs a test of the suite and tells what is wrong with the outcome.</summary>
internal static class SuiteRun
{
    private static readonly EvaluationContext Context = new()
    {
        Clock = new FakeTimeProvider(
        new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero))
    };

    /// <summary>Null when the test passes.</summary>
    public static string? Failure(SuiteCase test)
    {
        IReadOnlyList<FhirNode> results;
        try
        {
            results = Evaluate(test);
        }
        catch (FhirPathException error)
        {
            return test.Invalid is not null ? null : $"raises: {error.Message}";
        }

        // A few tests give an outcome and say as well that an engine may refuse: either will do.
        if (test.Invalid is not null && test.Outputs.Count == 0) return $"should be refused ({test.Invalid}), gives {Show(results)}";
        if (test.Predicate) results = [FhirNode.OfValue(results is [{ Value: bool value }] ? value : results.Count > 0)];
        var expected = test.Outputs.Select(output => Expected(output.Type, output.Text)).ToList();
        var actual = results.Select(Actual).ToList();
        if (test.AnyOrder)
        {
            expected.Sort(StringComparer.Ordinal);
            actual.Sort(StringComparer.Ordinal);
        }

        if (!expected.SequenceEqual(actual)) return $"should give [{string.Join(", ", expected)}], gives [{string.Join(", ", actual)}]";
        return TypeFailure(test, results);
    }

    private static IReadOnlyList<FhirNode> Evaluate(SuiteCase test)
    {
        var expression = FhirPathExpression.Compile(test.Expression);
        if (test.Resource() is not { } resource) return expression.Evaluate(Context);
        var focus = FhirNode.Of(resource);
        if (test.Strict) expression.Check(focus.Type.Name);
        return expression.Evaluate(focus, Context);
    }

    // The suite writes temporal outputs as literals and the rest as plain text.
    private static string Expected(string? type, string text) =>
        type is "date" or "dateTime" or "time" || text.StartsWith('@') ? text.TrimStart('@').TrimStart('T')
        // .NET writes no sign before a zero.
        : text == "-0.0" ? "0.0" : text;

    private static string Actual(FhirNode node) => node.Value switch
    {
        bool value => value ? "true" : "false",
        null => node.Json?.GetRawText() ?? "",
        IFormattable value => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };

    private static string? TypeFailure(SuiteCase test, IReadOnlyList<FhirNode> results)
    {
        for (var i = 0; i < results.Count && !test.AnyOrder; i++)
        {
            var type = test.Outputs[i].Type;
            if (type is not null && !string.Equals(type, results[i].Type.Name, StringComparison.OrdinalIgnoreCase))
            {
                return $"item {i} should be {type}, is {results[i].Type}";
            }
        }

        return null;
    }

    private static string Show(IReadOnlyList<FhirNode> nodes) => string.Join(", ", nodes.Select(Actual));
}
