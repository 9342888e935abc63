using System.Globalization;

namespace FhirGateway.FhirPath.Tests;

/// <summary>FHIR's decimals may be longer, smaller and greater than what 28 digits hold: they keep their order and their digits.</summary>
public sealed class WideNumberTests
{
    [Theory]
    [InlineData("1e-30", "value > 0", true)]
    [InlineData("1e-30", "value = 0", false)]
    [InlineData("-1e-30", "value < 0", true)]
    [InlineData("1e30", "value > 0", true)]
    [InlineData("1e30", "value > 79228162514264337593543950335.0", true)]
    [InlineData("-1e30", "value < 0", true)]
    [InlineData("1e30", "value = 1000000000000000000000000000000.0", true)]
    [InlineData("1e999999999999999999999", "value > 1", true)]
    [InlineData("1e-999999999999999999999", "value > 0", true)]
    [InlineData("0e999999999999999999999", "value = 0", true)]
    [InlineData("1.00000000000000000000000000000000001", "value > 1", true)]
    [InlineData("1.00000000000000000000000000000000001", "value = 1", false)]
    [InlineData("1.00000000000000000000000000000000000", "value = 1", true)]
    [InlineData("1e-30", "value > 0.000000000000000000000000000001", false)]
    [InlineData("1e-30", "value = 0.000000000000000000000000000001", true)]
    [InlineData("1e-30", "value ~ 0.000000000000000000000000000001", true)]
    [InlineData("1e-30", "value < 0.0000000000000000000000000000011", true)]
    [InlineData("1e-30", "value + 1 = 1", true)]
    [InlineData("1e30", "(value + 1).empty()", true)]
    [InlineData("1e30", "value.toString() = '1000000000000000000000000000000'", true)]
    [InlineData("1e30", "(-value) < 0", true)]
    [InlineData("1e30", "value.abs() = value", true)]
    [InlineData("1e30", "value.toInteger().empty()", true)]
    [InlineData("1e30", "value.floor().empty()", true)]
    [InlineData("1e30", "value is decimal", true)]
    public void A_decimal_of_any_size_keeps_its_order(string value, string expression, bool expected) =>
        Assert.Equal(expected, Quantity(value).Evaluate(expression)[0].Value);

    [Theory]
    [InlineData("1e-30", "$this > 0 'mg'", true)]
    [InlineData("1e30", "$this > 1 'mg'", true)]
    [InlineData("1e30", "$this > 1 'g'", true)]
    [InlineData("1e-30", "$this < 1 'ug'", true)]
    [InlineData("1e30", "$this = 1000000000000000000000000000 'g'", true)]
    [InlineData("1e30", "$this > 1000000000000000000000000001 'g'", false)]
    public void A_quantity_of_any_size_keeps_its_order(string value, string expression, bool expected) =>
        Assert.Equal(expected, Quantity(value).Evaluate(expression)[0].Value);

    [Theory]
    [InlineData("0.000000000000000000000000000001 > 0", true)]
    [InlineData("1000000000000000000000000000000 > 1", true)]
    [InlineData("1000000000000000000000000000000.0 'mg' > 1 'mg'", true)]
    [InlineData("'0.000000000000000000000000000001'.toDecimal() > 0", true)]
    [InlineData("'1000000000000000000000000000000'.convertsToDecimal()", true)]
    [InlineData("'1000000000000000000000000000000 mg'.convertsToQuantity()", false)]
    [InlineData("(0.000000000000000000000000000001 | 0).max() > 0", true)]
    [InlineData("(0.000000000000000000000000000001 | 0.0000000000000000000000000000010).count() = 1", true)]
    public void A_literal_of_any_length_keeps_its_order(string expression, bool expected) =>
        Assert.Equal(expected, Resources.Value(expression));

    [Theory]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData("+.5")]
    [InlineData(".")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("")]
    public void A_text_is_a_decimal_only_with_digits_on_both_sides_of_its_point(string text)
    {
        Assert.Empty(Resources.Evaluate($"'{text}'.toDecimal()"));
        Assert.Equal(false, Resources.Value($"'{text}'.convertsToDecimal()"));
        Assert.Empty(Resources.Evaluate($"'{text} \\'mg\\''.toQuantity()"));
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("-0.5")]
    [InlineData("+12")]
    public void A_text_that_is_a_decimal_is_read_as_one(string text) =>
        Assert.Equal(decimal.Parse(text, CultureInfo.InvariantCulture), Resources.Value($"'{text}'.toDecimal()"));

    private static FhirNode Quantity(string value) =>
        FhirNode.Of(
            System.Text.Json.JsonDocument.Parse(
                $$"""{"value":{{value}},"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}""").RootElement,
            "Quantity");
}
