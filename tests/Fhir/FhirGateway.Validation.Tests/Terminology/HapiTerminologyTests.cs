using System.Net;
using System.Text;
using FhirGateway.Testing;
using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Terminology.Remote;

namespace FhirGateway.Validation.Tests.Terminology;

/// <summary>
/// The terminology operations against a real HAPI FHIR server, each on a code system, value set and concept map of its own.
/// </summary>
public sealed class HapiTerminologyTests : IAsyncLifetime
{
    private readonly string _id = "fgw-term-" + Guid.NewGuid();
    private readonly CountingHandler _wire = new();
    private readonly HttpClient _http;
    private readonly TerminologyServer _server;

    public HapiTerminologyTests()
    {
        _http = new HttpClient(_wire)
        {
            BaseAddress = new Uri(
            (Requirements.Hapi ?? "http://none.test") + "/"),
            Timeout = TimeSpan.FromMinutes(1)
        };
        _server = new TerminologyServer(_http, TimeProvider.System);
    }

    private const string Element = """{"code":"a","target":[{"code":"A","equivalence":"wider"}]}""";

    private string System => Url("CodeSystem");

    public async ValueTask InitializeAsync()
    {
        if (Requirements.Hapi is null) return;
        using var transaction = new StringContent($$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
              {{Entry("CodeSystem", """ "content":"complete","concept":[{"code":"a","display":"Alpha"},{"code":"b"}]""")}},
              {{Entry("ValueSet", $$""" "compose":{"include":[{"system":"{{System}}","concept":[{"code":"a"}]}]}""")}},
              {{Entry("ConceptMap", $$""" "group":[{"source":"{{System}}","target":"urn:to","element":[{{Element}}]}]""")}}]}
            """, Encoding.UTF8, "application/fhir+json");
        using var put = await _http.PostAsync("", transaction);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        _wire.Requests = 0;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _wire.Dispose();
        return ValueTask.CompletedTask;
    }

    [HapiFact]
    public async Task A_code_is_in_its_system_or_not_and_of_an_unknown_system_it_can_not_be_told()
    {
        Assert.Equal(new CodeAnswer(Membership.Yes, null, "Alpha"), await CheckAsync(null, System, "a"));
        var refused = await CheckAsync(null, System, "z");
        Assert.Equal(Membership.No, refused.Membership);
        Assert.Contains("'z'", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(Membership.Unknown, (await CheckAsync(null, System + "/none", "a")).Membership);
    }

    [HapiFact]
    public async Task A_code_is_in_a_value_set_or_not_and_of_an_unknown_one_it_can_not_be_told()
    {
        Assert.Equal(Membership.Yes, (await CheckAsync(Url("ValueSet"), System, "a")).Membership);
        Assert.Equal(Membership.No, (await CheckAsync(Url("ValueSet"), System, "b")).Membership);
        Assert.Equal(Membership.Unknown, (await CheckAsync(Url("ValueSet") + "/none", System, "a")).Membership);
    }

    [HapiFact]
    public async Task A_code_without_a_target_and_an_unknown_map_are_told_apart()
    {
        var map = Url("ConceptMap");
        Assert.Equal(
            new CodeTranslation("wider", "urn:to", "A", null, map), Assert.Single((await _server.TranslateAsync(map, System, "a")).Value!));
        Assert.Empty((await _server.TranslateAsync(map, System, "b")).Value!);
        Assert.NotNull((await _server.TranslateAsync(map + "/none", System, "a")).Unanswered);
    }

    [HapiFact]
    public async Task A_code_is_looked_up()
    {
        Assert.Equal("Alpha", (await _server.LookupAsync(System, "a")).Value!.Display);
        Assert.NotNull((await _server.LookupAsync(System, "z")).Unanswered);
    }

    [HapiFact]
    public async Task What_was_answered_is_not_asked_again()
    {
        await AskAllAsync();
        var asked = _wire.Requests;
        await AskAllAsync();
        Assert.True(asked >= 4);
        Assert.Equal(asked, _wire.Requests);
    }

    [HapiFact]
    public async Task Questions_without_an_answer_do_not_open_the_circuit()
    {
        for (var i = 0; i < 10; i++)
        {
            await CheckAsync(null, System + "/none", "c" + i);
            await CheckAsync(Url("ValueSet") + "/none" + i, System, "a");
            await _server.TranslateAsync(Url("ConceptMap") + "/none" + i, System, "a");
            await _server.LookupAsync(System + "/none", "c" + i);
        }

        Assert.Equal("Alpha", (await _server.LookupAsync(System, "a")).Value?.Display);
    }

    private async Task AskAllAsync()
    {
        await CheckAsync(null, System, "a");
        await CheckAsync(Url("ValueSet"), System, "b");
        await _server.TranslateAsync(Url("ConceptMap"), System, "b");
        await _server.LookupAsync(System, "a");
    }

    private Task<CodeAnswer> CheckAsync(string? valueSet, string system, string code) =>
        _server.CheckAsync(new CodeQuestion(valueSet, system, code));

    private string Url(string type) => $"http://{_id}.test/{type}";

    private string Entry(string type, string content) =>
        $$"""{"resource":{"resourceType":"{{type}}","id":"{{_id}}","url":"{{Url(type)}}","status":"active",{{content}} },"request":"""
            + $$"""{"method":"PUT","url":"{{type}}/{{_id}}"} }""";

    private sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _requests;

        public int Requests { get => _requests; set => _requests = value; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
