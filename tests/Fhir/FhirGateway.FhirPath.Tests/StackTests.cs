using System.Text.Json;

namespace FhirGateway.FhirPath.Tests;

/// <summary>A stack that overflows ends the process: no expression and no data may bring one about, on a small stack either.</summary>
public sealed class StackTests
{
    private const int KiB = 1024;

    public static TheoryData<string> Expressions => new(
        Repeated("iif(true,", 197) + "1" + new string(')', 197),
        Repeated("iif((", 90) + "true" + Repeated("),true)", 90),
        new string('(', 199) + "1" + new string(')', 199),
        new string('-', 198) + "1",
        "name" + Repeated(".where(true)", 390),
        Repeated("(1).select(", 99) + "1" + new string(')', 99),
        Repeated("where(", 150) + "true" + new string(')', 150),
        Repeated("(1).repeat(", 99) + "{}" + new string(')', 99),
        Repeated("sort(", 150) + "1" + new string(')', 150),
        "true" + Repeated(" and true", 390),
        "'a'" + Repeated(" & 'a'", 390),
        "name" + Repeated("[0]", 390),
        "name" + Repeated(" as HumanName", 390));

    [Theory]
    [MemberData(nameof(Expressions))]
    public void An_expression_is_evaluated_or_refused_on_a_small_stack(string expression)
    {
        foreach (var kibibytes in (int[])[1024, 256, 160])
        {
            var problem = OnStack(kibibytes, () =>
            {
                var compiled = FhirPathExpression.Compile(expression);
                compiled.Evaluate(Resources.Node("""{"resourceType":"Patient","name":[{"family":"a"}]}"""));
                compiled.Check("Patient");
            });
            Assert.True(problem is null || problem.EndsWith("is nested too deeply", StringComparison.Ordinal), problem);
        }
    }

    [Theory]
    [InlineData("descendants().count()")]
    [InlineData("descendants().where(url = 'u').count()")]
    [InlineData("extension.repeat(extension).count()")]
    [InlineData("extension = %other")]
    [InlineData("extension ~ %other")]
    [InlineData("(extension | %other).count()")]
    public void Data_of_any_depth_is_walked_or_refused(string expression)
    {
        var context =
            new EvaluationContext
            {
                Variables = new Dictionary<string, IReadOnlyList<FhirNode>>
                {
                    ["other"] = Nested(3_000, "extension")
            .Children("extension")
                }
            };
        var problem = OnStack(256, () => Nested(3_000, "extension").Evaluate(expression, context));
        Assert.True(problem is null or "The evaluation is nested too deeply", problem);
    }

    [Fact]
    public void A_place_of_any_depth_is_told()
    {
        var deepest = Nested(2_000, "extension");
        while (deepest.Children("extension") is [var child]) deepest = child;
        string? location = null;
        Assert.Null(OnStack(160, () => location = deepest.Location));
        Assert.Equal("Patient" + Repeated(".extension[0]", 2_000), location);
    }

    [Fact]
    public void The_root_resource_is_found_from_any_depth()
    {
        var deepest = Nested(2_000, "contained");
        while (deepest.Children("contained") is [var child]) deepest = child;
        FhirNode? root = null;
        Assert.Null(OnStack(160, () => root = deepest.RootResource));
        Assert.Null(root!.Parent);
    }

    /// <summary>Runs on a thread of its own; the FhirPathException's problem, null without one.</summary>
    private static string? OnStack(int kibibytes, Action action)
    {
        string? problem = null;
        Exception? other = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (FhirPathException error)
                {
                    problem = error.Problem;
                }
                catch (Exception error)
                {
                    other = error;
                }
            },
            kibibytes * KiB);
        thread.Start();
        thread.Join();
        Assert.Null(other);
        return problem;
    }

    private static FhirNode Nested(int levels, string name)
    {
        var open = name == "contained" ? """{"resourceType":"Patient",""" : "{";
        var json =
            """{"resourceType":"Patient",""" + Repeated($"\"{name}\":[{open}", levels) + "\"id\":\"x\"" + Repeated("}]", levels) + "}";
        return FhirNode.Of(JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = (3 * levels) + 8 }).RootElement);
    }

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
