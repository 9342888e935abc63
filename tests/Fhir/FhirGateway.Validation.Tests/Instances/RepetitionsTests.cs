using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Tests.Instances;

public sealed class RepetitionsTests
{
    // JSON's null takes a place: [null, a, null, null, b, c]
    private static readonly string[] WithGaps = ["1", "4", "5"];

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "1")]
    [InlineData(3, null)]
    [InlineData(4, "4")]
    [InlineData(5, "5")]
    [InlineData(6, null)]
    public void An_item_is_found_by_its_place(int place, string? expected) =>
        Assert.Equal(expected, Repetitions.At(WithGaps, place, int.Parse));

    [Fact]
    public void What_does_not_repeat_is_the_first()
    {
        Assert.Equal("a", Repetitions.At(["a", "b"], -1, _ => -1));
        Assert.Equal("a", Repetitions.At(["a", "b"], 3, _ => -1));
        Assert.Null(Repetitions.At(Array.Empty<string>(), -1, _ => -1));
    }

    [Fact]
    public void A_hundred_thousand_siblings_are_not_passed_one_by_one()
    {
        var items = Enumerable.Range(0, 100_000).Select(place => place.ToString()).ToList();
        var looked = 0;
        Assert.Equal("99998", Repetitions.At(items, 99_998, item =>
        {
            looked++;
            return int.Parse(item);
        }));
        Assert.InRange(looked, 1, 25);
    }
}
