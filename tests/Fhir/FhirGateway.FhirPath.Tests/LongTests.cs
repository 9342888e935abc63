namespace FhirGateway.FhirPath.Tests;

/// <summary>Whole numbers of 64 bits (FHIRPath's Long): <c>5L</c>.</summary>
public sealed class LongTests
{
    [Theory]
    [InlineData("5L = 5", true)]
    [InlineData("5L = 5.0", true)]
    [InlineData("5L ~ 5", true)]
    [InlineData("9223372036854775807L > 9223372036854775806L", true)]
    [InlineData("-9223372036854775808L < 0", true)]
    [InlineData("5L is Long", true)]
    [InlineData("5L is System.Long", true)]
    [InlineData("5 is Long", false)]
    [InlineData("5L is Integer", false)]
    [InlineData("2147483647L + 1 = 2147483648L", true)]
    [InlineData("(2147483647L + 1) is Long", true)]
    [InlineData("(3L * 2L) is Long", true)]
    [InlineData("(5L - 7) = -2", true)]
    [InlineData("5L / 2 = 2.5", true)]
    [InlineData("7L div 2 = 3L", true)]
    [InlineData("7L mod 2 = 1L", true)]
    [InlineData("(5L + 0.5) is Decimal", true)]
    [InlineData("(-5L).abs() = 5L", true)]
    [InlineData("'9223372036854775807'.toLong() = 9223372036854775807L", true)]
    [InlineData("'9223372036854775808'.convertsToLong()", false)]
    [InlineData("'1.5'.convertsToLong()", false)]
    [InlineData("5.toLong() is Long", true)]
    [InlineData("true.toLong() = 1L", true)]
    [InlineData("5L.toString() = '5'", true)]
    [InlineData("5L.toDecimal() = 5.0", true)]
    [InlineData("5L.toInteger() = 5", true)]
    [InlineData("9223372036854775807L.convertsToInteger()", false)]
    [InlineData("5L.toQuantity() = 5 '1'", true)]
    [InlineData("5L.toBoolean().empty()", true)]
    [InlineData("1L.toBoolean()", true)]
    [InlineData("(1L | 1 | 2L).count() = 2", true)]
    [InlineData("(1L | 2L).sum() = 3L", true)]
    [InlineData("(1L | 2L).max() = 2L", true)]
    public void A_long_calculates_and_compares_with_other_numbers(string expression, bool expected) =>
        Assert.Equal(expected, Resources.Value(expression));

    [Theory]
    [InlineData("9223372036854775807L + 1")]
    [InlineData("9223372036854775807L * 2")]
    [InlineData("-9223372036854775807L - 2")]
    [InlineData("5L / 0")]
    [InlineData("5L div 0")]
    [InlineData("5L mod 0")]
    public void A_result_past_its_range_is_empty(string expression) => Assert.Empty(Resources.Evaluate(expression));

    [Theory]
    [InlineData("9223372036854775808L")]
    [InlineData("5Long")]
    [InlineData("5.0L")]
    public void What_is_not_a_long_is_not_read_as_one(string expression) =>
        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile(expression));
}
