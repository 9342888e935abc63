using System.Diagnostics;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tests;

public sealed class ErrorTests
{
    private static readonly FhirNode Patient = Resources.Node(
        """{"resourceType":"Patient","name":[{"given":["A","B"]},{"given":["C"]}]}""");

    [Theory]
    [InlineData("name.", 1, 6, 5)]
    [InlineData("name\n  .given + )", 2, 12, 16)]
    [InlineData("name.frist()", 1, 6, 5)]
    [InlineData("'open", 1, 1, 0)]
    [InlineData("1 + \"x\"", 1, 5, 4)]
    [InlineData("name.first(1)", 1, 6, 5)]
    [InlineData("name is Humanname", 1, 9, 8)]
    [InlineData("@2014-13-01", 1, 1, 0)]
    [InlineData("$that", 1, 1, 0)]
    [InlineData("", 1, 1, 0)]
    public void What_cannot_be_read_is_named_with_its_position(string expression, int line, int column, int offset)
    {
        var error = Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile(expression));
        Assert.Equal((line, column, offset), (error.Line, error.Column, error.Offset));
        Assert.EndsWith($"(line {line}, column {column})", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name.given.upper()", 12)]
    [InlineData("name > 1", 6)]
    [InlineData("name.given + 'x'", 12)]
    [InlineData("name.where(given)", 12)]
    [InlineData("%nothing", 1)]
    [InlineData("'x'.matches('[')", 5)]
    [InlineData("(1 | 'a' | true).sort()", 18)]
    public void What_cannot_be_evaluated_is_named_with_its_position(string expression, int column) =>
        Assert.Equal(column, Assert.Throws<FhirPathException>(() => Patient.Evaluate(expression)).Column);

    [Theory]
    [InlineData("Patient", "name.given1")]
    [InlineData("Patient", "Encounter.status")]
    [InlineData("Observation", "valueQuantity.unit")]
    [InlineData("Composition.section", "entri")]
    public void The_type_check_finds_what_evaluation_would_silently_miss(string type, string expression) =>
        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile(expression).Check(type));

    [Fact]
    public void The_type_check_lets_pass_what_may_be() =>
        FhirPathExpression.Compile(
            "section.section.entry.reference | contained.name | Composition.extension('x').value.coding.code").Check("Composition");

    [Fact]
    public void Hostile_expressions_give_an_error_not_a_crash()
    {
        string[] hostile =
        [
            new string('(', 50_000),
            string.Concat(Enumerable.Repeat("1+", 20_000)) + "1",
            string.Concat(Enumerable.Repeat("-", 30_000)) + "1",
            "a" + string.Concat(Enumerable.Repeat(".a", 20_000)),
            "a" + string.Concat(Enumerable.Repeat("[0]", 20_000)),
            string.Concat(Enumerable.Repeat("iif(", 5_000)),
            new string('a', 100_000),
        ];
        Assert.All(hostile, expression => Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile(expression)));
    }

    [Theory]
    [InlineData("(1).repeat($this + 1)")]
    [InlineData("(1|2|3|4|5|6|7|8|9).aggregate($total & $total & 'xxxxxxxxxxxxxxxxxxxxxxxx', "
        + "'x').toChars().select('aaaaaaaaaaaaaaaaaaaaaaaa'.toChars()).select('aaaaaaaaaaaaaaaaaaaaaaaa'.toChars()).count()")]
    [InlineData("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(?=a)(a+)+$')")]
    public void Evaluations_without_end_are_stopped(string expression)
    {
        var clock = Stopwatch.StartNew();
        Assert.Throws<FhirPathException>(() => Resources.Evaluate(expression, new EvaluationContext { MaxSteps = 200_000 }));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Evaluations_that_share_a_budget_end_when_it_is_spent()
    {
        var context = new EvaluationContext { Budget = new WorkBudget(1_000) };
        var evaluations = 0;
        var error = Assert.Throws<FhirPathException>(() =>
        {
            while (evaluations < 10_000)
            {
                Patient.Evaluate("name.given", context);
                evaluations++;
            }
        });
        Assert.InRange(evaluations, 10, 100);
        Assert.Equal("The evaluations of this run take more steps together than they may", error.Problem);
        Assert.Equal(0, context.Budget.Left);
        Assert.False(context.Budget.Charge(1));
    }

    [Fact]
    public void Dates_without_an_order_between_them_are_sorted_to_an_end()
    {
        var dates = Enumerable.Range(0, 3_000).Select(i => FhirNode.OfValue(TemporalParser.Date(
            (i * 7 % 5) switch { 0 => "2020", 1 => $"2020-{(i % 12) + 1:00}", _ => $"2020-{(i % 12) + 1:00}-{(i % 28) + 1:00}" })!));
        var context = new EvaluationContext { Variables = new Dictionary<string, IReadOnlyList<FhirNode>> { ["dates"] = [.. dates] } };
        Assert.Equal(3_000, Resources.Evaluate("%dates.sort()", context).Count);
    }

    [Fact]
    public void A_trace_is_told_and_changes_nothing()
    {
        var told = new List<string>();
        var context = new EvaluationContext { Trace = (name, items) => told.Add($"{name}:{items.Count}") };
        Assert.Equal(3, Patient.Evaluate("name.given.trace('all')", context).Count);
        Assert.Equal(2, Patient.Evaluate("name.trace('names', given)", context).Count);
        Assert.Equal(["all:3", "names:3"], told);
    }

    [Fact]
    public void Expressions_without_end_are_not_all_remembered()
    {
        var forgotten = Enumerable.Range(0, 60).Select(
            i => new WeakReference(FhirPathExpression.Compile($"'{i}{new string('x', 60_000)}'"))).ToList();
        GC.Collect();
        Assert.Contains(forgotten, expression => !expression.IsAlive);
    }

    [Fact]
    public void The_same_text_is_compiled_once() =>
        Assert.Same(FhirPathExpression.Compile("name.given.first()"), FhirPathExpression.Compile("name.given.first()"));
}
