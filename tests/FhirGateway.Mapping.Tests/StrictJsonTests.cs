using System.Text;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping.Tests;

/// <summary>What may be read as JSON at all, before any vendor's rule is asked.</summary>
public sealed class StrictJsonTests
{
    private const int MaxItems = 100;

    [Theory]
    [InlineData("""{"a":{"b/c":[0,{"x":1,"x":2}]}}""", "/a/b~1c/1/x")]
    [InlineData("""{"a":"\ud800"}""", "/a")]
    [InlineData("""{"a":1} {"b":2}""", null)]
    [InlineData("""{"a":1,}""", null)]
    [InlineData("{\"a\":NaN}", "/a")]
    [InlineData("{// no comments\n}", "")]
    public void What_two_readers_could_read_differently_is_refused_with_its_place(string json, string? pointer)
    {
        var problem = Read(Encoding.UTF8.GetBytes(json));

        Assert.NotNull(problem);
        if (pointer is not null) Assert.Equal(pointer, problem.Pointer);
    }

    [Fact]
    public void Fhir_as_deep_as_the_validator_takes_it_is_not_refused_inside_an_envelope()
    {
        var json = $$$"""{"patients":[{"bundle":{"entry":[{"resource":{{{Nested(128)}}}}]}}]}""";

        Assert.Null(Read(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData(145)]
    [InlineData(100_000)]
    public void What_is_too_deep_is_not_called_broken_and_its_depth_is_told(int depth)
    {
        var problem = Read(Encoding.UTF8.GetBytes(Nested(depth)))!;

        Assert.Equal(StrictJson.TooDeep, problem.Code);
        Assert.Contains($"nested {depth} levels deep; at most {StrictJson.MaxDepth} are read", problem.Text, StringComparison.Ordinal);
        Assert.Equal(string.Concat(Enumerable.Repeat("/0", StrictJson.MaxDepth)), problem.Pointer);
    }

    [Fact]
    public void What_is_deep_and_broken_is_not_called_too_deep()
    {
        var problem = Read(Encoding.UTF8.GetBytes(new string('[', 100_000)))!;

        Assert.Equal("structure", problem.Code);
        Assert.Contains("is not JSON as RFC 8259 defines it", problem.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("deep", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":[{0}]}""", "/a/100")]
    [InlineData("""[{0}]""", "/100")]
    [InlineData("""{"a":[[],[{0}]]}""", "/a/1/100")]
    public void A_list_without_end_is_not_read_to_its_end(string json, string pointer)
    {
        var within = json.Replace("{0}", string.Join(',', Enumerable.Repeat("{}", MaxItems)), StringComparison.Ordinal);
        var beyond = json.Replace("{0}", string.Join(',', Enumerable.Repeat("{}", MaxItems + 1)), StringComparison.Ordinal);

        Assert.Null(Read(Encoding.UTF8.GetBytes(within)));
        var problem = Read(Encoding.UTF8.GetBytes(beyond))!;
        Assert.Equal((StrictJson.TooLong, pointer), (problem.Code, problem.Pointer));
    }

    [Fact]
    public void An_object_without_end_is_not_read_to_its_end()
    {
        var json = $"{{{string.Join(',', Enumerable.Range(0, MaxItems + 1).Select(i => $"\"k{i}\":0"))}}}";

        var problem = Read(Encoding.UTF8.GetBytes(json))!;
        Assert.Equal((StrictJson.TooLong, "/k100"), (problem.Code, problem.Pointer));
    }

    [Fact]
    public void Invalid_UTF_8_is_refused() => Assert.NotNull(Read([(byte)'"', 0xC3, 0x28, (byte)'"']));

    [Fact]
    public void A_vendor_that_doubles_keys_may_be_tolerated_and_the_last_counts()
    {
        Assert.Null(StrictJson.Read("""{"a":1,"a":2}"""u8.ToArray(), toleratesDuplicateKeys: true, MaxItems, out var root));
        Assert.Equal(2, root.GetProperty("a").GetInt32());
    }

    [Fact]
    public void A_problem_never_quotes_the_body()
    {
        var problem = Read("""{"name":Jane Doe}"""u8.ToArray());

        Assert.DoesNotContain("Jane", problem!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("'J'", problem.Text, StringComparison.Ordinal);
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static Problem? Read(byte[] body) => StrictJson.Read(body, toleratesDuplicateKeys: false, MaxItems, out _);
}
