using System.Net;
using System.Text;
using FhirGateway.Testing;
using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Terminology.Remote;
using Microsoft.Extensions.Time.Testing;

namespace FhirGateway.Validation.Tests.Terminology;

public sealed class RemoteTerminologyTests : IDisposable
{
    private const string True = """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},"""
        + """{"name":"display","valueString":"Alpha"}]}""";
    private const string False = """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":false}]}""";
    private const string Held = """{"resourceType":"Bundle","entry":[{"resource":"""
        + """{"resourceType":"CodeSystem","url":"urn:cs","content":"complete"}}]}""";
    private static readonly CodeQuestion Question = new(null, "urn:cs", "a");
    private static readonly byte[] Patient =
        """{"resourceType":"Patient","maritalStatus":{"coding":[{"system":"urn:cs","code":"a"}]}}"""u8.ToArray();

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2024, 10, 15, 12, 0, 0, TimeSpan.Zero));
    private readonly AnsweringHandler _handler;
    private readonly HttpClient _http;
    private Func<string, (int Status, string Body)> _answer = _ => (200, True);
    private Func<Task>? _before;

    public RemoteTerminologyTests()
    {
        _handler = new AnsweringHandler(async (request, _) =>
        {
            if (_before is { } wait) await wait();
            var (status, body) = _answer(request.RequestUri!.AbsolutePath);
            return new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(
                body, Encoding.UTF8, "application/fhir+json")
            };
        });
        _http = new HttpClient(_handler) { BaseAddress = new Uri("http://terminology.test/fhir") };
    }

    private TerminologyServer Server =>
        new(_http, _clock, new TerminologyServerOptions { KeepAnswersFor = TimeSpan.FromHours(1), MaxAnswers = 2 });

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    [Fact]
    public async Task An_answer_is_kept_for_its_time_and_no_longer()
    {
        var server = Server;
        Assert.Equal(new CodeAnswer(Membership.Yes, null, "Alpha"), await server.CheckAsync(Question));
        _clock.Advance(TimeSpan.FromMinutes(59));
        await server.CheckAsync(Question);
        Assert.Single(_handler.Requests);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await server.CheckAsync(Question);
        Assert.Equal(2, _handler.Requests.Count);
    }

    [Fact]
    public async Task No_more_answers_are_kept_than_allowed()
    {
        var server = Server;
        foreach (var code in new[] { "a", "b", "c", "c", "a" }) await server.CheckAsync(Question with { Code = code });
        Assert.Equal(4, _handler.Requests.Count);
    }

    [Fact]
    public async Task A_no_counts_only_when_the_server_holds_the_system()
    {
        var holds = true;
        _answer = path =>
            (200, path.EndsWith("validate-code", StringComparison.Ordinal) ? False : holds ? Held : """{"resourceType":"Bundle"}""");
        var server = Server;
        Assert.Equal(Membership.No, (await server.CheckAsync(Question)).Membership);
        Assert.Equal(Membership.No, (await server.CheckAsync(Question)).Membership);
        Assert.Equal(2, _handler.Requests.Count);

        holds = false;
        Assert.Equal(Membership.Unknown, (await Server.CheckAsync(Question)).Membership);
    }

    [Theory]
    [InlineData(404, "{}")]
    [InlineData(500, "{}")]
    [InlineData(200, "<html>")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"resourceType":"Parameters","parameter":[{"name":"result","valueString":"true"}]}""")]
    [InlineData(200, """{"resourceType":"Parameters","parameter":[1,null,[],{"name":5},{"name":"result"}]}""")]
    [InlineData(200, """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":false,"valueBoolean":true}]}""")]
    [InlineData(
        200,
        """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"display","valueString":"\ud800"}]}""")]
    [InlineData(200, """{"resourceType":"\ud800"}""")]
    [InlineData(
        200, """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"code","valueCode":"b"}]}""")]
    [InlineData(
        200,
        """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"code","valueCode":"a"},"""
            + """{"name":"system","valueUri":"urn:other"}]}""")]
    [InlineData(302, "")]
    public async Task A_failure_is_unknown_and_not_kept(int status, string body)
    {
        var server = Server;
        _answer = _ => (status, body);
        Assert.Equal(Membership.Unknown, (await server.CheckAsync(Question)).Membership);
        _answer = _ => (200, True);
        Assert.Equal(Membership.Yes, (await server.CheckAsync(Question)).Membership);
    }

    [Fact]
    public async Task An_answer_nested_without_end_is_not_understood()
    {
        _answer = _ => (200, new string('[', 1_000_000));
        Assert.Equal("the terminology server's answer could not be understood", (await Server.CheckAsync(Question)).Reason);
    }

    [Fact]
    public async Task An_answer_without_end_is_read_up_to_a_limit()
    {
        _answer = _ => (200, "{\"resourceType\":\"" + new string('x', 5_000_000));
        Assert.Equal("the terminology server's answer was too long", (await Server.CheckAsync(Question)).Reason);
    }

    [Fact]
    public async Task An_answer_that_repeats_the_question_is_about_it()
    {
        _answer = _ =>
            (
                200,
                """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"code","valueCode":"A"},"""
                    + """{"name":"system","valueUri":"urn:cs"}]}""");
        Assert.Equal(Membership.Yes, (await Server.CheckAsync(Question)).Membership);
    }

    [Fact]
    public async Task A_code_without_end_is_not_asked_for()
    {
        var endless = new string('a', 10_000);
        Assert.Equal(
            "it is too long to be asked of a terminology server", (await Server.CheckAsync(Question with { Code = endless })).Reason);
        Assert.NotNull((await Server.LookupAsync("urn:cs", endless)).Unanswered);
        Assert.NotNull((await Server.TranslateAsync("urn:m", "urn:cs", endless)).Unanswered);
        Assert.Empty(_handler.Requests);
    }

    [Fact]
    public async Task A_failing_server_is_left_alone_then_tried_once_and_asked_again_when_it_is_back()
    {
        var server = Server;
        _answer = _ => (503, "");
        for (var i = 0; i < 5; i++) await server.CheckAsync(Question);
        Assert.Equal(3, _handler.Requests.Count);

        _clock.Advance(TimeSpan.FromSeconds(31));
        for (var i = 0; i < 3; i++) await server.CheckAsync(Question);
        Assert.Equal(4, _handler.Requests.Count);

        _clock.Advance(TimeSpan.FromSeconds(31));
        _answer = _ => (200, True);
        Assert.Equal(Membership.Yes, (await server.CheckAsync(Question)).Membership);
        Assert.Equal(Membership.Yes, (await server.CheckAsync(Question with { Code = "b" })).Membership);
    }

    [Fact]
    public async Task While_one_request_tries_a_server_that_failed_the_others_wait()
    {
        var server = Server;
        _answer = _ => (503, "");
        for (var i = 0; i < 3; i++) await server.CheckAsync(Question);
        _clock.Advance(TimeSpan.FromSeconds(31));

        var (asked, back) = (new TaskCompletionSource(), new TaskCompletionSource());
        _before = async () =>
        {
            asked.SetResult();
            await back.Task;
        };
        var trying = server.CheckAsync(Question);
        Assert.Same(asked.Task, await Task.WhenAny(asked.Task, trying));
        Assert.Contains("left alone", (await server.CheckAsync(Question with { Code = "b" })).Reason, StringComparison.Ordinal);
        Assert.Equal(4, _handler.Requests.Count);

        (_before, _answer) = (null, _ => (200, True));
        back.SetResult();
        Assert.Equal(Membership.Yes, (await trying).Membership);
        Assert.Equal(Membership.Yes, (await server.CheckAsync(Question with { Code = "b" })).Membership);
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(429, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    public async Task Only_what_speaks_of_the_server_counts_against_it(int status, bool counts)
    {
        var server = Server;
        _answer = _ => (status, "{}");
        for (var i = 0; i < 5; i++) await server.CheckAsync(Question);
        Assert.Equal(counts ? 3 : 5, _handler.Requests.Count);
    }

    [Fact]
    public async Task A_value_set_that_can_not_be_expanded_says_nothing_of_the_server()
    {
        var server = Server;
        _answer = path => path.EndsWith("validate-code", StringComparison.Ordinal) ? (200, False) : (500, "{}");
        for (var i = 0; i < 5; i++)
        {
            Assert.Contains(
                "can't expand", (await server.CheckAsync(Question with { ValueSet = "urn:vs" + i })).Reason, StringComparison.Ordinal);
        }

        Assert.Equal(10, _handler.Requests.Count);
    }

    [Fact]
    public async Task Failures_now_and_then_are_borne()
    {
        var server = Server;
        for (var i = 0; i < 9; i++)
        {
            _answer = _ => i % 3 == 0 ? (503, "") : (200, True);
            await server.CheckAsync(Question with { Code = "c" + i });
        }

        Assert.Equal(9, _handler.Requests.Count);
    }

    [Fact]
    public async Task A_slow_server_leaves_the_code_not_checked_and_the_resource_valid()
    {
        using var slow = new AnsweringHandler(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });
        using var http = new HttpClient(slow)
        {
            BaseAddress = new Uri(
            "http://terminology.test/fhir"),
            Timeout = TimeSpan.FromMilliseconds(50)
        };
        var result = await new ServedValidator(new FhirValidator(), new TerminologyServer(http, _clock)).ValidateAsync(Patient);
        Assert.True(result.IsValid);
        Assert.Contains(
            result.Issues,
            issue => issue.Rule == "coding-code"
                && issue.Severity == IssueSeverity.Information
                && issue.Text.Contains("did not answer in time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_what_is_unknown_here_is_asked_and_the_answer_decides()
    {
        await new ServedValidator(new FhirValidator(), Server).ValidateAsync(
            """{"resourceType":"Patient","gender":"female"}"""u8.ToArray());
        Assert.Empty(_handler.Requests);

        var accepted = await new ServedValidator(new FhirValidator(), Server).ValidateAsync(Patient);
        Assert.DoesNotContain(accepted.Issues, issue => issue.Rule == "coding-code");
        _answer = path => (200, path.EndsWith("validate-code", StringComparison.Ordinal) ? False : Held);
        var refused = await new ServedValidator(new FhirValidator(), Server).ValidateAsync(Patient);
        Assert.Contains(refused.Issues, issue => issue.Rule == "coding-code" && issue.Severity == IssueSeverity.Error);
        Assert.True((await new ServedValidator(new FhirValidator(), null).ValidateAsync(Patient)).IsValid);
    }

    [Fact]
    public async Task Translations_and_displays_are_kept_like_codes_when_there_are_any()
    {
        _answer = path => (200, path.EndsWith("translate", StringComparison.Ordinal)
            ? """{"resourceType":"Parameters","parameter":[{"name":"result","valueBoolean":true},{"name":"match","part":"""
                + """[{"name":"equivalence","valueCode":"equal"},{"name":"concept","valueCoding":{"system":"urn:to","code":"A"}}]}]}"""
            : """{"resourceType":"Parameters","parameter":[{"name":"display","valueString":"Alpha"}]}""");
        var server = Server;
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                new CodeTranslation("equal", "urn:to", "A", null, "urn:map"),
                Assert.Single((await server.TranslateAsync("urn:map", "urn:cs", "a")).Value!));
            Assert.Equal("Alpha", (await server.LookupAsync("urn:cs", "a")).Value!.Display);
        }

        Assert.Equal(2, _handler.Requests.Count);
        _clock.Advance(TimeSpan.FromHours(2));
        _answer = _ => (500, "{}");
        Assert.NotNull((await server.TranslateAsync("urn:map", "urn:cs", "a")).Unanswered);
        Assert.NotNull((await server.LookupAsync("urn:cs", "a")).Unanswered);
        Assert.Equal(4, _handler.Requests.Count);
    }

    [Fact]
    public async Task All_operations_are_behind_one_breaker()
    {
        var server = Server;
        _answer = _ => (503, "");
        await server.CheckAsync(Question);
        await server.TranslateAsync("urn:map", "urn:cs", "a");
        await server.LookupAsync("urn:cs", "a");
        Assert.Contains("left alone", (await server.CheckAsync(Question)).Reason, StringComparison.Ordinal);
        Assert.Contains("left alone", (await server.TranslateAsync("urn:map", "urn:cs", "a")).Unanswered, StringComparison.Ordinal);
        Assert.Contains("left alone", (await server.LookupAsync("urn:cs", "a")).Unanswered, StringComparison.Ordinal);
        Assert.Equal(3, _handler.Requests.Count);
    }
}
