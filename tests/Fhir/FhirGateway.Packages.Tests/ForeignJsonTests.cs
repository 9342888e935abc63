using System.Text;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Packages.Tests;

public sealed class ForeignJsonTests
{
    public static TheoryData<string, string> Refused => new()
    {
        { """{"id":"a","id":"b"}""", "Duplicate" },
        { """{"a":[{"id":"a","i\u0064":"b"}]}""", "Duplicate" },
        { new string('[', 100_000), "depth of 8" },
        { """{"a":"\ud800"}""", "A text holds half a surrogate pair, at byte 5." },
        { """{"a":"\uDC00\uD800"}""", "A text holds half a surrogate pair, at byte 5." },
        { """{"\udc00":"a"}""", "A text holds half a surrogate pair, at byte 1." },
        { "{} {}", "after" },
        { """{"a":"b""", "string" },
        { "", "no" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_could_surprise_a_reader_is_refused_with_its_reason(string json, string word)
    {
        var error = Assert.ThrowsAny<JsonException>(() => ForeignJson.Parse(Encoding.UTF8.GetBytes(json), 8));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 10, 300);
    }

    [Fact]
    public void Invalid_UTF8_is_refused()
    {
        byte[] json = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Equal("It is not valid UTF-8.", Assert.ThrowsAny<JsonException>(() => ForeignJson.Parse(json, 8)).Message);
    }

    [Fact]
    public void A_name_without_end_is_not_quoted_whole()
    {
        var name = new string('x', 100_000);
        Assert.InRange(
            Assert.ThrowsAny<JsonException>(
                () => ForeignJson.Parse(Encoding.UTF8.GetBytes($"{{\"{name}\":1,\"{name}\":1}}"), 8)).Message.Length,
            10, 300);
    }

    [Fact]
    public void Whole_surrogate_pairs_and_a_byte_order_mark_are_taken()
    {
        byte[] json = [.. Encoding.UTF8.Preamble, .. """{"a":"\ud83d\uDE00"}"""u8];
        Assert.Equal("\U0001F600", ForeignJson.Parse(json, 8).GetProperty("a").GetString());
    }
}
