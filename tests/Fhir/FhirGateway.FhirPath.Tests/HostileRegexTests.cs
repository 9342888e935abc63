namespace FhirGateway.FhirPath.Tests;

public sealed class HostileRegexTests
{
    private const string Aaa = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    /// <summary>Backtracking would take years over each.</summary>
    [Theory]
    [InlineData("^(a+)+$", false)]
    [InlineData("^(a|aa)+$", false)]
    [InlineData("^(.*a){25}b", false)]
    [InlineData("^((a*)*)*!$", true)]
    [InlineData("(a?){40}a{40}!", true)]
    public void A_pattern_that_would_backtrack_without_end_is_answered(string pattern, bool expected)
    {
        Assert.Equal(expected, Resources.Value($"'{Aaa}!'.matches('{pattern}')"));
        Assert.Equal(expected, Resources.Value($"'{Aaa}!'.matchesFull('.*(?:{pattern})')"));
    }

    [Theory]
    [InlineData("^(?=a)(a+)+$")]
    [InlineData(@"^(a+)+\\1b$")]
    [InlineData("^((a{1,1000}){1,1000}){1,1000}b$")]
    public void One_that_can_only_backtrack_is_stopped(string pattern)
    {
        var error = Assert.Throws<FhirPathException>(() => Resources.Evaluate($"'{Aaa}!'.matches('{pattern}')"));
        Assert.Equal("The regular expression takes longer than 250 ms on this text", error.Problem);
        Assert.Equal(Aaa.Length + 5, error.Column);
    }

    [Fact]
    public void Its_time_is_taken_from_the_budget_that_evaluations_share()
    {
        var budget = new WorkBudget(10_000_000);
        var context = new EvaluationContext { Budget = budget };
        var stopped = 0;
        while (budget.Left > 0)
        {
            Assert.Throws<FhirPathException>(() => Resources.Evaluate($"'{Aaa}!'.matches('^(?=a)(a+)+$')", context));
            stopped++;
        }

        // 250 ms are a million steps, however slow the machine is: not 10,000 times 250 ms.
        Assert.InRange(stopped, 1, 10);
    }

    [Fact]
    public void Usual_matches_hardly_count()
    {
        const int Matches = 1_000;
        var budget = new WorkBudget(20_000_000);
        for (var i = 0; i < Matches; i++)
        {
            Resources.Evaluate("'Patient.name'.matches('[A-Z]([A-Za-z0-9_]){0,254}')", new EvaluationContext { Budget = budget });
        }

        Assert.True(budget.Left > 10_000_000, $"{budget.Left} left");
    }

    [Fact]
    public void A_long_text_is_matched_in_linear_time_and_memory()
    {
        var context = Long(2_000_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(false, Resources.Value("%long.matches('(a|aa)+b')", context));
        Assert.Equal(true, Resources.Value("%long.matchesFull('[a-z]*')", context));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 20_000_000);
    }

    [Fact]
    public void A_long_text_is_not_matched_by_backtracking()
    {
        var error = Assert.Throws<FhirPathException>(() => Resources.Evaluate("%long.matches('(?=a)(a|aa)+b')", Long(200_000)));
        Assert.Equal(
            "Not a regular expression that can be used: one with look-around, back-references or huge counts can't be tried on more "
                + "than 100000 characters",
            error.Problem);
    }

    [Fact]
    public void A_pattern_without_end_is_refused()
    {
        var error = Assert.Throws<FhirPathException>(() => Resources.Evaluate("'a'.matches(%long)", Long(10_001)));
        Assert.Equal("Not a regular expression that can be used: it has more than 10000 characters", error.Problem);
    }

    [Theory]
    [InlineData("a{1,1000000}b", false)]
    [InlineData("((((((((((a))))))))))", true)]
    [InlineData("(?<=a)a", true)]
    public void Huge_counts_and_look_around_work_where_they_are_harmless(string pattern, bool expected) =>
        Assert.Equal(expected, Resources.Value($"'aaa'.matches('{pattern}')"));

    [Fact]
    public void What_is_replaced_is_the_same_by_either_way()
    {
        const string Expression = ".replaceMatches('(b+)(c?)', '<$2$1>')";
        Assert.Equal("a<cbb>a<b>", Resources.Value("'abbcab'" + Expression));
        var context = new EvaluationContext
        {
            Variables = new Dictionary<string, IReadOnlyList<FhirNode>>
            {
                ["long"] = [
            FhirNode.OfValue("abbcab" + new string('a', 20_000))]
            }
        };
        Assert.Equal("a<cbb>a<b>" + new string('a', 20_000), Resources.Value("%long" + Expression, context));
    }

    private static EvaluationContext Long(int characters) =>
        new()
        {
            Variables = new Dictionary<string, IReadOnlyList<FhirNode>>
            {
                ["long"] = [
            FhirNode.OfValue(new string('a', characters))]
            }
        };
}
