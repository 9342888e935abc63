namespace FhirGateway.FhirPath.Tests;

/// <summary>defineVariable() and coalesce() (FHIRPath 3.0).</summary>
public sealed class VariableTests
{
    private static readonly FhirNode Patient = Resources.Node(
        """{"resourceType":"Patient","active":true,"name":[{"given":["Ada","B"]},{"given":["Grace"],"family":"C"}]}""");

    [Theory]
    [InlineData("defineVariable('v', 'x').select(%v)", "x")]
    [InlineData("defineVariable('v').select(%v.active)", "true")]
    [InlineData("Patient.name.defineVariable('n', first()).select(%n.given.first() & given.first())", "AdaAda AdaGrace")]
    [InlineData("defineVariable('n', name.first()).select(%n.given)", "Ada B")]
    [InlineData("defineVariable('n', name.first()).defineVariable('g', %n.given.first()).select(%g & %g)", "AdaAda")]
    [InlineData("defineVariable('n', 'a').select(%n) | defineVariable('n', 'b').select(%n)", "a b")]
    [InlineData("name.select(defineVariable('g', given.first()).select(%g))", "Ada Grace")]
    [InlineData("defineVariable('a', 'r').select(defineVariable('b', 's').select(%a & %b))", "rs")]
    [InlineData("(defineVariable('v', 'x')).select(%v)", "x")]
    [InlineData("defineVariable('v', name).where(%v.exists()).active", "true")]
    [InlineData("'aaa'.replace(defineVariable('p', 'aaa').select(%p), defineVariable('p', 'bbb').select(%p))", "bbb")]
    [InlineData("iif(true, defineVariable('v', 1).select(%v), defineVariable('v', 2).select(%v))", "1")]
    [InlineData("1 + defineVariable('v', 2).select(%v)", "3")]
    public void A_variable_is_known_to_what_follows_it(string expression, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                ' ',
                Patient.Evaluate(expression).Select(item => item.Value!.ToString()!.Replace("True", "true", StringComparison.Ordinal))));

    [Theory]
    [InlineData("defineVariable('v', 1).select(%v) | %v", "There is no %v")]
    [InlineData("defineVariable('n', 1).active | defineVariable('m', 2).select(%n)", "There is no %n")]
    [InlineData("select(defineVariable('v', 1)).select(%v)", "There is no %v")]
    [InlineData("defineVariable('v', 1).defineVariable('v', 2)", "%v is defined already")]
    [InlineData("defineVariable('v', 1).select(defineVariable('v', 2))", "%v is defined already")]
    [InlineData("defineVariable('context', 1)", "%context is defined already")]
    [InlineData("defineVariable('resource', 1)", "%resource is defined already")]
    [InlineData("defineVariable('ucum', 1)", "%ucum is defined already")]
    [InlineData("defineVariable('vs-x', 1)", "%vs-x is defined already")]
    public void A_variable_is_not_known_elsewhere_and_never_defined_twice(string expression, string problem)
    {
        var error = Assert.Throws<FhirPathException>(() => Patient.Evaluate(expression));

        Assert.StartsWith(problem, error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_of_the_caller_is_not_replaced()
    {
        var context = new EvaluationContext { Variables = new Dictionary<string, IReadOnlyList<FhirNode>> { ["mine"] = [Patient] } };

        Assert.Throws<FhirPathException>(() => Patient.Evaluate("defineVariable('mine', 1)", context));
    }

    [Fact]
    public void A_compiled_expression_keeps_no_variable_from_one_evaluation_to_the_next()
    {
        var expression = FhirPathExpression.Compile("defineVariable('v', active).select(%v)");

        Assert.Equal(true, expression.Evaluate(Patient)[0].Value);
        Assert.Equal(true, expression.Evaluate(Patient)[0].Value);
    }

    [Fact]
    public void A_path_through_a_variable_is_checked_against_R4_before_it_meets_data()
    {
        FhirPathExpression.Compile("defineVariable('n', name).select(%n.given)").Check("Patient");
        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile("defineVariable('n', name).nmae").Check("Patient"));
    }

    [Theory]
    [InlineData("coalesce(name.family, 'x')", "C")]
    [InlineData("coalesce({}, name.period, 'x')", "x")]
    [InlineData("coalesce(name.given, 'x')", "Ada B Grace")]
    [InlineData("coalesce('a', 1 / (1 | 2))", "a")]
    [InlineData("coalesce({}, {})", "")]
    public void Coalesce_gives_the_first_that_is_not_empty(string expression, string expected) =>
        Assert.Equal(expected, string.Join(' ', Patient.Evaluate(expression).Select(item => item.Value)));
}
