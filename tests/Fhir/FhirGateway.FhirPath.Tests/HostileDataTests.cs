using System.Text;
using System.Text.Json;

namespace FhirGateway.FhirPath.Tests;

public sealed class HostileDataTests
{
    private const string LoneSurrogate = """{"resourceType":"Patient","active":true,"name":[{"family":"a"},{"family":"\ud800"}]}""";

    [Theory]
    [InlineData("name.family.distinct()", 13)]
    [InlineData("name[1].family.upper()", 16)]
    [InlineData("active and name[1].family", 20)]
    [InlineData("name.where(family = 'b')", 19)]
    [InlineData("name.family.join(',')", 13)]
    [InlineData("name.last().family & 'x'", 20)]
    [InlineData("descendants().where($this is string).select($this.length())", 51)]
    public void A_text_that_is_not_Unicode_is_an_error_at_the_place_that_reads_it(string expression, int column)
    {
        var error = Assert.Throws<FhirPathException>(() => Resources.Node(LoneSurrogate).Evaluate(expression));
        Assert.Equal("The text at Patient.name[1].family is not valid Unicode", error.Problem);
        Assert.Equal(column, error.Column);
    }

    [Theory]
    [InlineData("name.count()", 2)]
    [InlineData("name.first().family.length()", 1)]
    public void What_is_not_read_does_not_matter(string expression, int expected) =>
        Assert.Equal(expected, Assert.Single(Resources.Node(LoneSurrogate).Evaluate(expression)).Value);

    [Fact]
    public void A_value_read_without_an_expression_says_where_it_is()
    {
        var family = Resources.Node(LoneSurrogate).Evaluate("name.family")[1];
        Assert.Equal(
            "The text at Patient.name[1].family is not valid Unicode", Assert.Throws<FhirPathException>(() => family.Value).Message);
        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile("family").IsTrue(family.Parent!));
    }

    [Fact]
    public void Invalid_UTF8_is_an_error_too()
    {
        byte[] json = [.. """{"resourceType":"Patient","id":"a"""u8, 0xFF, 0xC0, .. "\"}"u8];
        using var document = JsonDocument.Parse(json);
        Assert.Equal(
            "The text at Patient.id is not valid Unicode",
            Assert.Throws<FhirPathException>(() => FhirNode.Of(document.RootElement).Evaluate("id = 'a'")).Problem);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","\ud800":1,"name":[{"family":"a"}]}""")]
    [InlineData("""{"resourceType":"Patient","name":[{"\udc00":1,"family":"a","_\ud800":{"id":"x"}}],"_\ud800":[{}]}""")]
    [InlineData("""{"resourceType":"Patient","n\u0061me":[{"f\u0061mily":"a"}]}""")]
    public void A_name_that_can_not_be_read_is_passed_over(string json)
    {
        var patient = Resources.Node(json);
        Assert.Equal("a", Assert.Single(patient.Evaluate("name.family")).Value);
        Assert.Equal(2, patient.Evaluate("descendants()").Count);
        Assert.Empty(patient.Evaluate("extension.value"));
    }

    [Fact]
    public void A_type_that_can_not_be_read_or_is_endless_is_refused_in_few_words()
    {
        Assert.Throws<ArgumentException>(() => Resources.Node("""{"resourceType":"\ud800"}"""));
        Assert.InRange(
            Assert.Throws<ArgumentException>(() => Resources.Node($$"""{"resourceType":"{{new string('x', 100_000)}}"}""")).Message.Length,
            20, 200);
    }

    [Fact]
    public void A_result_that_can_not_be_written_is_an_error_not_half_a_text()
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream);
        var error = Assert.Throws<FhirPathException>(() => FhirPathJson.Write(writer, Resources.Node(LoneSurrogate).Evaluate("name")));
        Assert.StartsWith("Patient.name[1] can't be written as JSON: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e400", "1e400", true)]
    [InlineData("-1E99999999999999999999", "-1e1000000000000000000", false)]
    [InlineData("1E-400", "1e-400", false)]
    [InlineData("1e28", "10000000000000000000000000000", true)]
    public void A_number_beyond_decimals_stays_a_number(string number, string expected, bool isAboveOne)
    {
        var quantity = Resources.Node("{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":" + number + "}}");
        Assert.Equal(expected, Assert.Single(quantity.Evaluate("value.value.toString()")).Value);
        Assert.Equal(isAboveOne, Assert.Single(quantity.Evaluate("(value.value) > 1")).Value);
    }

    [Fact]
    public void Problems_quote_the_expression_in_part_only()
    {
        var endless = new string('b', 50_000);
        Assert.All(
            new[] { $"a is {endless}", $"{endless}()", $"a {endless}", $"%{endless}", $"$a{endless}" },
            expression => Assert.InRange(Assert.Throws<FhirPathException>(() => Resources.Evaluate(expression)).Message.Length, 20, 500));
    }

    [Fact]
    public void Of_properties_named_twice_and_their_extras_the_last_counts_and_each_is_met_once()
    {
        var json = new StringBuilder("""{"resourceType":"Patient","_id":{"id":"x"}""");
        for (var i = 0; i < 20_000; i++) json.Append(",\"id\":\"a\"");
        var patient = Resources.Node(json.Append('}').ToString());
        Assert.Equal(20_000, patient.Children().Count);
        Assert.Single(patient.Children("id"));
    }
}
