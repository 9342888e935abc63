using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Tests.Api;

/// <summary>A correlation decides in whose chart a note lies: one that could be read in two ways is not taken.</summary>
public sealed class CorrelationEndpointTests
{
    private const string Path = "api/sources/nabla/correlations/a%20key";

    [Theory]
    [InlineData("""{"patient":"p1"}""")]
    [InlineData("""{"patient":4711,"encounter":null,"practitioner":"Practitioner/1","template":"GENERIC_SOAP","locale":"en-US"}""")]
    public async Task A_sound_correlation_is_not_refused(string json)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.ApiAsync(HttpMethod.Put, Path, json);
        using var withMark = await PutAsync(
            gateway, Path.Replace("key", "other", StringComparison.Ordinal), [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(json)]);

        Assert.Equal((200, 200), ((int)answer.StatusCode, (int)withMark.StatusCode));
        Assert.Equal(json, await gateway.Ledger.GetCorrelationAsync("nabla", "a key"));
        Assert.Equal(json, await gateway.Ledger.GetCorrelationAsync("nabla", "a other"));
    }

    [Theory]
    [InlineData("", 400, "")]
    [InlineData("[]", 400, "")]
    [InlineData("""{"patient":"p1"} {"patient":"p2"}""", 400, "")]
    [InlineData("""{"patient":"p1","patient":"p2"}""", 400, "/patient")]
    [InlineData("""{"patient":"\ud800"}""", 400, "/patient")]
    [InlineData("{}", 422, "/patient")]
    [InlineData("""{"patient":null}""", 422, "/patient")]
    [InlineData("""{"patient":" "}""", 422, "/patient")]
    [InlineData("""{"patient":{"reference":"Patient/1"}}""", 422, "/patient")]
    [InlineData("""{"patient":true}""", 422, "/patient")]
    [InlineData("""{"patient":"p1","encounter":["e1"]}""", 422, "/encounter")]
    [InlineData("""{"patient":"p1","Encounter":"e1"}""", 422, "/Encounter")]
    [InlineData("""{"patient":"p1","subject":"p2"}""", 422, "/subject")]
    public async Task A_correlation_that_could_be_misread_is_not_taken_and_its_place_is_named(string json, int status, string pointer)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.ApiAsync(HttpMethod.Put, Path, json);

        Assert.Equal(status, (int)answer.StatusCode);
        var problem = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync()).GetProperty("problems")[0];
        Assert.Equal(pointer, problem.GetProperty("pointer").GetString());
        Assert.Null(await gateway.Ledger.GetCorrelationAsync("nabla", "a key"));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_not_taken()
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await PutAsync(gateway, Path, [.. """{"patient":"p"""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(await gateway.Ledger.GetCorrelationAsync("nabla", "a key"));
    }

    [Theory]
    [InlineData("hami", 422)]
    [InlineData("metriport", 422)]
    [InlineData("nobody", 404)]
    public async Task A_source_that_needs_no_correlation_does_not_take_one(string source, int status)
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var answer = await gateway.ApiAsync(HttpMethod.Put, $"api/sources/{source}/correlations/1", """{"patient":"p1"}""");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Null(await gateway.Ledger.GetCorrelationAsync(source, "1"));
    }

    [Fact]
    public async Task A_correlation_without_end_or_in_a_coding_is_not_taken()
    {
        await using var gateway = await RunningGateway.StartAsync();

        using var large = await gateway.ApiAsync(HttpMethod.Put, Path, $$"""{"patient":"{{new string('x', 64 * 1024)}}"}""");
        using var coded = await PutAsync(gateway, Path, """{"patient":"p1"}"""u8.ToArray(), "gzip");
        using var longKey = await gateway.ApiAsync(
            HttpMethod.Put, $"api/sources/nabla/correlations/{new string('k', 513)}", """{"patient":"p1"}""");

        Assert.Equal((413, 415, 400), ((int)large.StatusCode, (int)coded.StatusCode, (int)longKey.StatusCode));
    }

    private static async Task<HttpResponseMessage> PutAsync(RunningGateway gateway, string path, byte[] body, string? coding = null)
    {
        using var call = new HttpRequestMessage(HttpMethod.Put, new Uri(gateway.Url, path)) { Content = new ByteArrayContent(body) };
        if (coding is not null) call.Content.Headers.ContentEncoding.Add(coding);
        call.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", BearerScheme.Token(RunningGateway.ApiKey, TimeProvider.System.GetUtcNow()));
        return await gateway.Http.SendAsync(call);
    }
}
