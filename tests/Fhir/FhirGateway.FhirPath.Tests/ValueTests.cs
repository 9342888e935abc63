using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.FhirPath.Tests;

public sealed class ValueTests
{
    [Theory]
    [InlineData("1 'mg' = 1000 'ug'", true)]
    [InlineData("120 'mm[Hg]' > 15 'kPa'", true)]
    [InlineData("98.6 '[degF]' = 37 'Cel'", true)]
    [InlineData("5.5 'mmol/L' = 5.5 'mol/m3'", true)]
    [InlineData("4.5 '10*3/uL' = 4.5 '10*9/L'", true)]
    [InlineData("1 '[in_i]' = 2.54 'cm'", true)]
    [InlineData("1 '[lb_av]' > 453.5 'g'", true)]
    [InlineData("1 '{tbl}' = 1 '1'", true)]
    [InlineData("1 '49281012165' = 49281012165 '1'", true)]
    [InlineData("70 'kg' > 1 'm'", null)]
    [InlineData("1 'bogus' = 1 'mg'", null)]
    [InlineData("1 'bogus' = 1 'bogus'", true)]
    [InlineData("1 year = 12 months", true)]
    [InlineData("1 year = 1 'a'", null)]
    [InlineData("1 year ~ 1 'a'", true)]
    [InlineData("1 'cm' + 1 'm' = 101 'cm'", true)]
    [InlineData("6 'mg' / 2 'mL' = 3 'g/L'", true)]
    [InlineData("(500 'mg').toQuantity('g') = 0.5 'g'", true)]
    public void Quantities_compare_across_units(string expression, bool? expected) => Assert.Equal(expected, Resources.Value(expression));

    [Theory]
    [InlineData("@2018-03 < @2018-04-01", true)]
    [InlineData("@2018-03 = @2018-03-01", null)]
    [InlineData("@2018-03-01T10:00:00Z = @2018-03-01T12:00:00+02:00", true)]
    [InlineData("@2018-03-01T10:00:00Z < @2018-03-01T12:00:00", null)]
    [InlineData("@2018-03-01T10:00:00Z < @2018-03-03T12:00:00", true)]
    [InlineData("@2018-03-01T10:00:00.0 = @2018-03-01T10:00:00", true)]
    [InlineData("@2020-02-29 + 1 year = @2021-02-28", true)]
    [InlineData("@2019-01-31 + 1 month = @2019-02-28", true)]
    [InlineData("@T23:30 + 1 hour = @T00:30", true)]
    [InlineData("(@9999-12-31 + 1 day).empty()", true)]
    [InlineData("@2014 + 24 months = @2016", true)]
    [InlineData("@2014T is DateTime", true)]
    public void Dates_and_times_say_only_what_they_know(string expression, bool? expected) =>
        Assert.Equal(expected, Resources.Value(expression));

    [Theory]
    [InlineData("2147483647 + 1")]
    [InlineData("1 / 0")]
    [InlineData("79228162514264337593543950335.0 * 10")]
    [InlineData("(-1).ln()")]
    [InlineData("0.ln()")]
    [InlineData("'x'.toInteger()")]
    public void A_calculation_without_a_result_is_empty(string expression) => Assert.Empty(Resources.Evaluate(expression));

    [Theory]
    [InlineData("@9999.highBoundary()", "9999-12-31")]
    [InlineData("@9999-12.highBoundary()", "9999-12-31")]
    [InlineData("@9999-12-31T23.highBoundary(17)", "9999-12-31T23:00:59.999-12:00")]
    [InlineData("@9999-12-31T23:59.highBoundary(17)", "9999-12-31T23:59:59.999-12:00")]
    [InlineData("@9999-12-31T23:59:59.999Z.highBoundary(17)", "9999-12-31T23:59:59.999Z")]
    [InlineData("@0001.lowBoundary()", "0001-01-01")]
    [InlineData("@2024-02.highBoundary()", "2024-02-29")]
    [InlineData("@T23:59.highBoundary()", "23:59:59.999")]
    public void The_last_moment_of_all_has_a_boundary(string expression, string expected) =>
        Assert.Equal(expected, Resources.Value(expression)!.ToString());

    [Theory]
    [InlineData("10.power(100000)")]
    [InlineData("(-1).power(0.5)")]
    [InlineData("100000.exp()")]
    [InlineData("1.5.lowBoundary(10000000)")]
    [InlineData("1.5.highBoundary(-1)")]
    [InlineData("79228162514264337593543950335.0.highBoundary(28)")]
    [InlineData("@9999-12-31 + 1000000000000000 days")]
    [InlineData("@0001-01-01 - 2000000000 years")]
    [InlineData("@T23:59 + 1000000000000000 hours")]
    [InlineData("1 'm1000000' = 1 'cm'")]
    [InlineData("1 '10*1000000' = 1 '1'")]
    [InlineData("1 'kkkkkm' = 1 'm'")]
    [InlineData("1 '0m' = 1 'm'")]
    [InlineData("1 '((((((((((((m))))))))))))' = 1 'm'")]
    [InlineData("1 '10*40.10*40.Ym40.Ym40.Ym40.Ym40' + 1 'm160'")]
    [InlineData("'1 ''mg'.toQuantity()")]
    public void What_is_too_large_or_too_deep_for_a_value_is_empty_or_an_error(string expression)
    {
        try
        {
            Assert.Empty(Resources.Evaluate(expression));
        }
        catch (FhirPathException error)
        {
            Assert.InRange(error.Column, 1, expression.Length);
        }
    }

    [Fact]
    public void Precision_has_an_end() => Assert.Equal(1.5m, Resources.Value("1.5.round(1000000)"));

    [Fact]
    public void A_text_of_blanks_is_not_a_quantity_however_long_it_is()
    {
        var context = new EvaluationContext
        {
            Variables = new Dictionary<string, IReadOnlyList<FhirNode>>
            {
                ["text"] = [
            FhirNode.OfValue("1" + new string(' ', 200_000) + "!")]
            }
        };
        Assert.Equal(false, Resources.Value("%text.convertsToQuantity()", context));
    }

    [Fact]
    public void The_smallest_integer_can_be_written() => Assert.Equal(int.MinValue, Resources.Value("-2147483648"));

    [Fact]
    public void Decimals_keep_their_precision()
    {
        Assert.Equal("1.50", Resources.Value("1.50.toString()"));
        var node = Resources.Node("""{"resourceType":"Observation","valueQuantity":{"value":1.50}}""");
        Assert.Equal("1.50", Assert.Single(node.Evaluate("value.value.toString()")).Value);
    }

    [Fact]
    public void The_clock_is_the_contexts_and_stands_still_within_an_evaluation()
    {
        var context = new EvaluationContext { Clock = new FakeTimeProvider(new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero)) };
        Assert.Equal("2026-02-03T04:05:06.789Z", Resources.Value("now().toString()", context));
        Assert.Equal("2026-02-03", Resources.Value("today().toString()", context));
        Assert.Equal("04:05:06.789", Resources.Value("timeOfDay().toString()", context));
        Assert.Contains("no clock", Assert.Throws<FhirPathException>(() => Resources.Evaluate("now()")).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(1 | 2 | 3).sum()", 6)]
    [InlineData("(1 | 2 | 3).min()", 1)]
    [InlineData("(1 | 2 | 3).max()", 3)]
    [InlineData("'abcabc'.lastIndexOf('b')", 4)]
    public void Aggregates_and_additions_work(string expression, int expected) => Assert.Equal(expected, Resources.Value(expression));

    [Theory]
    [InlineData("<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>Hello</p></div>", true)]
    [InlineData("<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><script>x</script></div>", false)]
    [InlineData("<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p onclick=\\\"x\\\">Hello</p></div>", false)]
    [InlineData("<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"> </div>", false)]
    [InlineData("<!DOCTYPE div [<!ENTITY a 'b'>]><div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">&a;</div>", false)]
    [InlineData("<div>Hello", false)]
    public void Narratives_are_checked(string div, bool expected)
    {
        var node = Resources.Node($$"""{"resourceType":"Patient","text":{"status":"generated","div":"{{div}}"} }""");
        Assert.Equal(expected, Assert.Single(node.Evaluate("text.div.htmlChecks()")).Value);
    }

    [Fact]
    public void Terminology_and_profiles_are_asked_of_the_context()
    {
        var node = Resources.Node("""{"resourceType":"Patient","gender":"male"}""");
        Assert.Empty(node.Evaluate("gender.memberOf('http://x')"));
        Assert.Equal(
            true,
            Assert.Single(node.Evaluate(
                "gender.memberOf('http://x')",
                new EvaluationContext { IsMemberOf = (code, set) => code.Value is "male" && set == "http://x" })).Value);
        Assert.Equal(
            false, Assert.Single(node.Evaluate("conformsTo('http://p')", new EvaluationContext { ConformsTo = (_, _) => false })).Value);
    }

    [Fact]
    public void Several_items_are_a_condition_only_where_that_is_asked_for_and_never_booleans()
    {
        var node = Resources.Node("""{"resourceType":"Patient","telecom":[{"value":"1"},{"value":"2"}]}""");
        var published = new EvaluationContext { SeveralItemsAreTrue = true };

        Assert.Throws<FhirPathException>(() => node.Evaluate("telecom or photo"));
        Assert.Equal(true, Assert.Single(node.Evaluate("telecom or photo", published)).Value);
        Assert.Equal(true, Assert.Single(node.Evaluate("photo or telecom", published)).Value);
        Assert.Throws<FhirPathException>(() => node.Evaluate("telecom.select(value = '1') or photo", published));
    }

    [Fact]
    public void As_on_many_filters_only_where_searches_ask_for_it()
    {
        var node = Resources.Node("""{"resourceType":"Observation","component":[{"valueQuantity":{"value":1}},{"valueString":"x"},"""
            + """{"valueQuantity":{"value":2}}]}""");
        Assert.Throws<FhirPathException>(() => node.Evaluate("component.value as Quantity"));
        Assert.Equal(2, node.Evaluate("component.value as Quantity", EvaluationContext.Search).Count);
    }
}
