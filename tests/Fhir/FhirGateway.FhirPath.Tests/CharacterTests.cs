namespace FhirGateway.FhirPath.Tests;

/// <summary>A character is a Unicode code point, however many units a computer writes it in.</summary>
public sealed class CharacterTests
{
    [Theory]
    [InlineData("'😀'.length()", 1)]
    [InlineData("'a😀b'.length()", 3)]
    [InlineData("'a😀b'.indexOf('b')", 2)]
    [InlineData("'😀a😀b'.lastIndexOf('b')", 3)]
    [InlineData("'😀a😀'.lastIndexOf('😀')", 2)]
    [InlineData("'a😀b'.indexOf('x')", -1)]
    [InlineData("'a😀b'.toChars().count()", 3)]
    [InlineData("'a😀b'.split('').count()", 3)]
    public void Characters_are_counted_as_code_points(string expression, int expected) =>
        Assert.Equal(expected, Resources.Value(expression));

    [Theory]
    [InlineData("'a😀b'.substring(1, 1)", "😀")]
    [InlineData("'a😀b'.substring(2)", "b")]
    [InlineData("'😀'.substring(0, 5)", "😀")]
    [InlineData("'a😀b'.replace('', '-')", "-a-😀-b-")]
    [InlineData("'a😀'.toChars().last()", "😀")]
    public void A_character_is_never_cut_in_half(string expression, string expected) => Assert.Equal(expected, Resources.Value(expression));

    [Fact]
    public void A_place_past_the_last_character_is_nowhere() => Assert.Empty(Resources.Evaluate("'😀'.substring(1)"));

    [Theory]
    [InlineData("'😀'.matches('^.$')", true)]
    [InlineData("'a😀b'.matches('^.{3}$')", true)]
    [InlineData("'a😀b'.matchesFull('[^ ]{3}')", true)]
    [InlineData("'a😀b'.matchesFull('a\\\\Sb')", true)]
    [InlineData("'a😀b'.matches('^a[.]b$')", false)]
    [InlineData("'a.b😀'.matches('a\\\\.b')", true)]
    [InlineData("'😀]'.matches('^[^]]]$')", true)]
    [InlineData("'😀😀'.replaceMatches('.', 'x') = 'xx'", true)]
    [InlineData("'😀'.matches('[')", null)]
    public void A_regular_expression_takes_a_character_whole(string expression, bool? expected)
    {
        if (expected is null) Assert.Throws<FhirPathException>(() => Resources.Evaluate(expression));
        else Assert.Equal(expected, Resources.Value(expression));
    }

    [Theory]
    [InlineData("'\\uE000' < '😀'")]
    [InlineData("'😀' > '\\uFFFD'")]
    [InlineData("'a😀' < 'b'")]
    [InlineData("'a' < 'a😀'")]
    public void Texts_are_ordered_by_code_points(string expression) => Assert.Equal(true, Resources.Value(expression));
}
