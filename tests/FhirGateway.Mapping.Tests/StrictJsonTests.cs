using System.Text;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping.Tests;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":{"b/c":[0,{"x":1,"x":2}]}}""", "/a/b~1c/1/x")]
    [InlineData("""{"a":"\ud800"}""", "/a")]
    [InlineData("""{"a":1} {"b":2}""", null)]
    [InlineData("""{"a":1,}""", null)]
    [InlineData("{\"a\":NaN}", "/a")]
    [InlineData("{// no comments\n}", "")]
    public void What_two_readers_could_read_differently_is_refused_with_its_place(string json, string? pointer)
    {
        var problem = StrictJson.Read(Encoding.UTF8.GetBytes(json), toleratesDuplicateKeys: false, out _);

        Assert.NotNull(problem);
        if (pointer is not null) Assert.Equal(pointer, problem.Pointer);
    }

    [Fact]
    public void Deep_nesting_is_refused_without_a_crash()
    {
        var json = Encoding.UTF8.GetBytes(new string('[', 100_000));

        Assert.NotNull(StrictJson.Read(json, toleratesDuplicateKeys: false, out _));
    }

    [Fact]
    public void Invalid_UTF_8_is_refused() =>
        Assert.NotNull(StrictJson.Read(new byte[] { (byte)'"', 0xC3, 0x28, (byte)'"' }, toleratesDuplicateKeys: false, out _));

    [Fact]
    public void A_vendor_that_doubles_keys_may_be_tolerated_and_the_last_counts()
    {
        Assert.Null(StrictJson.Read("""{"a":1,"a":2}"""u8.ToArray(), toleratesDuplicateKeys: true, out var root));
        Assert.Equal(2, root.GetProperty("a").GetInt32());
    }

    [Fact]
    public void A_problem_never_quotes_the_body()
    {
        var problem = StrictJson.Read("""{"name":Jane Doe}"""u8.ToArray(), toleratesDuplicateKeys: false, out _);

        Assert.DoesNotContain("Jane", problem!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("'J'", problem.Text, StringComparison.Ordinal);
    }
}
