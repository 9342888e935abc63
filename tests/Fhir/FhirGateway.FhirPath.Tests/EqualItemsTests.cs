namespace FhirGateway.FhirPath.Tests;

/// <summary>Sets find items by hash: what is equal must be found, whatever it looks like.</summary>
public sealed class EqualItemsTests
{
    /// <summary>Enough others that a set hashes.</summary>
    private const string Others = "('a'|'b'|'c'|'d'|'e'|'f'|'g'|'h'|'i'|'j')";

    [Theory]
    [InlineData("1", "1.00")]
    [InlineData("1", "1 '1'")]
    [InlineData("0.5", "50 '%'")]
    [InlineData("1 'g'", "1000 'mg'")]
    [InlineData("0.001 'kg'", "1.0 'g'")]
    [InlineData("1 '[in_i]'", "2.54 'cm'")]
    [InlineData("37 'Cel'", "310.15 'K'")]
    [InlineData("1 year", "12 months")]
    [InlineData("7 days", "1 'wk'")]
    [InlineData("1 'mmHg'", "1.0 'mmHg'")]
    [InlineData("3 'furlongs'", "3.0 'furlongs'")]
    [InlineData("@2020-01-01T10:00:00Z", "@2020-01-01T12:00:00.000+02:00")]
    [InlineData("@2020-01-01", "@2020-01-01T")]
    [InlineData("@T10:30:00", "@T10:30:00.0")]
    [InlineData("true", "%context.active")]
    [InlineData("'x'", "%context.id")]
    [InlineData("'x'.type()", "'y'.type()")]
    [InlineData("%context.name[0]", "%context.name[1]")]
    [InlineData("%context.contact[0].name", "%context.name[0]")]
    public void Equal_items_are_one_in_a_set(string left, string right)
    {
        Assert.Equal(true, Value($"{left} = {right}"));
        Assert.Equal(11, Value($"{Others}.combine({left}).combine({right}).distinct().count()"));
        Assert.Equal(true, Value($"({left}).subsetOf({Others}.combine({right}))"));
        Assert.Equal(1, Value($"{Others}.combine({left}).intersect({Others}.combine({right})).exclude({Others}).count()"));
    }

    [Theory]
    [InlineData("1", "'1'")]
    [InlineData("1 'mg'", "1 'g'")]
    [InlineData("1 year", "1 'a'")]
    [InlineData("@2020-01", "@2020-01-01")]
    [InlineData("@2020-01-01T10:00:00", "@2020-01-01T10:00:00Z")]
    [InlineData("%context.name[0]", "%context.name[2]")]
    [InlineData("%context.name[2]", "%context.name[3]")]
    public void Items_that_are_not_equal_or_may_not_be_stay_apart(string left, string right)
    {
        Assert.NotEqual(true, Value($"{left} = {right}"));
        Assert.Equal(12, Value($"{Others}.combine({left}).combine({right}).distinct().count()"));
        Assert.Equal(false, Value($"({left}).subsetOf({Others}.combine({right}))"));
    }

    private static readonly FhirNode Patient = Resources.Node("""
        {"resourceType":"Patient","id":"x","active":true,
         "name":[{"family":"a","given":["b","c"]},{"given":["b","c"],"family":"a"},{"given":["c","b"],"family":"a"},{"given":["b"],
         "family":"a"}],
         "contact":[{"name":{"family":"a","given":["b","c"]}}]}
        """);

    private static object? Value(string expression) => Patient.Evaluate(expression) is [var only] ? only.Value : null;
}
