using System.Net;
using System.Text;
using FhirGateway.Destination;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Destination;

public sealed class FhirClientTests
{
    private static readonly DateTimeOffset Now = new(2024, 10, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("http://fhir.test/r4")]
    [InlineData("http://fhir.test/r4/")]
    public async Task Requests_go_to_the_base_with_FHIR_media_types_and_the_request_id(string address)
    {
        using var handler = new AnsweringHandler((_, _) => Task.FromResult(Answer(200, "{}")));
        using var http = Http(handler, address);
        var client = new FhirClient(http);
        await client.TransactionAsync("{\"resourceType\":\"Bundle\"}"u8.ToArray(), "request-1");
        await client.ReadAsync("Patient", "a1");
        await client.CapabilitiesAsync();

        Assert.Equal(
            [("POST", "http://fhir.test/r4"), ("GET", "http://fhir.test/r4/Patient/a1"), ("GET", "http://fhir.test/r4/metadata")],
            handler.Requests.Select(request => (request.Method, request.Url)));
        var (_, _, body, headers) = handler.Requests[0];
        Assert.Equal("{\"resourceType\":\"Bundle\"}", body);
        Assert.Equal("application/fhir+json; charset=utf-8", headers["Content-Type"]);
        Assert.StartsWith("application/fhir+json", headers["Accept"], StringComparison.Ordinal);
        Assert.Equal("request-1", headers["X-Request-Id"]);
    }

    [Fact]
    public async Task Searches_are_encoded_and_not_answered_from_a_cache()
    {
        using var handler = new AnsweringHandler(Answer(200, "{}"));
        using var http = Http(handler);
        await new FhirClient(http).SearchAsync("Patient", [("identifier", Token("urn:x", "a&b|c,d e$\\é")), ("_count", "2")]);

        var request = Assert.Single(handler.Requests);
        Assert.Equal("http://fhir.test/r4/Patient?identifier=urn%3Ax%7Ca%26b%5C%7Cc%5C%2Cd%20e%5C%24%5C%5C%C3%A9&_count=2", request.Url);
        Assert.Equal("no-cache", request.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task A_refusal_is_an_answer_with_its_issues()
    {
        var response = await Ask(Answer(422, """
            {"resourceType":"OperationOutcome","issue":[
              {"severity":"error","code":"processing","details":{"text":"No such code"},"diagnostics":"HAPI-1","expression":["Composition.status"]},
              {"severity":"information","code":"informational","diagnostics":"fine"},
              {}]}
            """));

        Assert.Equal((422, false), (response.Status, response.IsSuccess));
        Assert.Equal(
            [
                new OutcomeIssue("error", "processing", "No such code: HAPI-1", "Composition.status"),
                new OutcomeIssue("information", "informational", "fine", null),
                new OutcomeIssue("error", "unknown", "", null),
            ],
            response.Issues);
        Assert.Equal([true, false, true], response.Issues.Select(issue => issue.IsError));
    }

    [Fact]
    public async Task Headers_of_interest_are_reported_as_sent()
    {
        using var answer = Answer(201, "{}");
        answer.Headers.TryAddWithoutValidation("ETag", "3");
        answer.Headers.TryAddWithoutValidation("X-Request-Id", "theirs");
        answer.Headers.TryAddWithoutValidation("Location", "Patient/1/_history/3");
        var response = await Ask(answer);

        Assert.Equal(("3", "theirs", "Patient/1/_history/3"), (response.ETag, response.RequestId, response.Location));
        Assert.Null(response.RetryAfter);
    }

    [Theory]
    [InlineData("Retry-After", "17", 17)]
    [InlineData("Retry-After", "Tue, 15 Oct 2024 12:01:30 GMT", 90)]
    [InlineData("Retry-After", "Tue, 15 Oct 2024 11:00:00 GMT", 0)]
    [InlineData("RateLimit", "\"fhirInteractions\";r=0;t=42", 42)]
    [InlineData("RateLimit", "\"fhirInteractions\";r=12;t=42", null)]
    [InlineData("Retry-After", "soon", null)]
    public async Task A_server_may_ask_for_a_pause(string header, string value, int? seconds)
    {
        using var answer = Answer(429, "");
        answer.Headers.Date = Now;
        answer.Headers.TryAddWithoutValidation(header, value);
        var response = await Ask(answer);
        Assert.Equal(seconds, response.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("{\"cut\":")]
    [InlineData("[1]")]
    public async Task What_is_not_a_resource_still_has_its_status_and_bytes(string body)
    {
        var response = await Ask(Answer(502, body));
        Assert.Equal(502, response.Status);
        Assert.Equal(body, Encoding.UTF8.GetString(response.Bytes.Span));
        Assert.Empty(response.Issues);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_longer_answer_than_allowed_is_not_read(bool announced)
    {
        using var answer = Answer(200, new string('x', 5000));
        if (!announced) answer.Content = new StreamContent(new Unannounced(new byte[5000]));
        using var handler = new AnsweringHandler(answer);
        using var http = Http(handler);

        var failure = await Assert.ThrowsAsync<FhirRequestException>(() => new FhirClient(http, maxBodyBytes: 4999).CapabilitiesAsync());
        Assert.Equal(FhirFailure.AnswerTooLarge, failure.Failure);
    }

    [Fact]
    public async Task An_answer_as_long_as_allowed_is_read_whole()
    {
        using var handler = new AnsweringHandler(Answer(200, new string('x', 5000)));
        using var http = Http(handler);
        Assert.Equal(5000, (await new FhirClient(http, maxBodyBytes: 5000).CapabilitiesAsync()).Bytes.Length);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_told_from_a_caller_that_gives_up()
    {
        using var handler = new AnsweringHandler(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return Answer(200, "");
        });
        using var http = Http(handler);
        http.Timeout = TimeSpan.FromMilliseconds(50);
        var late = await Assert.ThrowsAsync<FhirRequestException>(() => new FhirClient(http).CapabilitiesAsync());
        Assert.Equal(FhirFailure.TimedOut, late.Failure);

        using var stop = new CancellationTokenSource();
        using var patient = Http(handler);
        var asking = new FhirClient(patient).CapabilitiesAsync(cancellationToken: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task A_body_that_dribbles_in_is_given_up_too()
    {
        using var answer = Answer(200, "");
        answer.Content = new StreamContent(new Dribbling());
        using var handler = new AnsweringHandler(answer);
        using var http = Http(handler);
        http.Timeout = TimeSpan.FromMilliseconds(50);

        var late = await Assert.ThrowsAsync<FhirRequestException>(() => new FhirClient(http).CapabilitiesAsync());
        Assert.Equal(FhirFailure.TimedOut, late.Failure);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_a_failure_of_its_own()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync();
            await connection.GetStream().ReadAtLeastAsync(new byte[1024], 1);
            await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"resou"u8.ToArray());
        });
        using var handler = new SocketsHttpHandler();
        using var http = Http(handler, $"http://{listener.LocalEndpoint}/fhir");
        var broken = await Assert.ThrowsAsync<FhirRequestException>(() => new FhirClient(http).CapabilitiesAsync());
        Assert.Equal(FhirFailure.Unreachable, broken.Failure);
        await serving;

        listener.Stop();
        var refused = await Assert.ThrowsAsync<FhirRequestException>(() => new FhirClient(http).CapabilitiesAsync());
        Assert.Equal(FhirFailure.Unreachable, refused.Failure);
    }

    [Fact]
    public void A_client_without_a_base_address_is_refused()
    {
        using var http = new HttpClient();
        Assert.Throws<ArgumentException>(() => new FhirClient(http));
    }

    private static async Task<FhirResponse> Ask(HttpResponseMessage answer)
    {
        using var handler = new AnsweringHandler(answer);
        using var http = Http(handler);
        return await new FhirClient(http).CapabilitiesAsync();
    }

    private static HttpClient Http(HttpMessageHandler handler, string address = "http://fhir.test/r4") =>
        new(handler, disposeHandler: false) { BaseAddress = new Uri(address) };

    private static HttpResponseMessage Answer(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/fhir+json") };

    /// <summary>A stream that does not tell its length in advance.</summary>
    private sealed class Unannounced(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class Dribbling : MemoryStream
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(10, cancellationToken);
            buffer.Span[0] = (byte)' ';
            return 1;
        }
    }

    private static string Token(string system, string value) =>
        Uri.UnescapeDataString(new FhirGateway.Mapping.Identity(system, value).Query["identifier=".Length..]);
}
