using System.Net;
using System.Text.Json;
using System.Web;
using FhirGateway.Ledger;
using FhirGateway.Sandbox;
using FhirGateway.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>The gateway as a client by SMART Backend Services, before a token endpoint that behaves in every way it may.</summary>
public sealed class BackendServicesTests : IDisposable
{
    private const string At = KeyFiles.At;
    private readonly KeyFiles _keys = new();
    private readonly SandboxServer _sandbox = new(TimeProvider.System);
    private readonly CapturedLogs _logs = new();

    public static TheoryData<string, string> Failing => new()
    {
        { "down", "no access token: the token endpoint can't be reached" },
        { "slow", "no access token: the token endpoint did not answer within 10 s" },
        { "500", "no access token: the token endpoint answered 500" },
        { "429", "no access token: the token endpoint answered 429" },
        { "html", $"Is {At}:TokenEndpoint right?" },
        { "404", $"is {At}:TokenEndpoint right?" },
        { "302", $"is {At}:TokenEndpoint right?" },
        { "no token", $"Is {At}:TokenEndpoint right?" },
        { "mac", "no bearer token" },
        { "invalid_client", $"answered 401 invalid_client: it does not know the client, or not its key. Look at {At}:ClientId and KeyFile" },
        { "invalid_scope", $"Look at {At}:Scope" },
        { "strange", $"answered 400: is {At}:TokenEndpoint right?" },
    };

    public void Dispose()
    {
        _keys.Dispose();
        _logs.Dispose();
    }

    [Theory]
    [InlineData("RS384")]
    [InlineData("ES384")]
    public async Task Notes_go_out_with_one_token_that_was_given_for_a_signed_assertion(string algorithm)
    {
        _keys.Write("current", algorithm);
        using var server = new GuardedSandbox(_sandbox);
        await using var gateway = await StartAsync(server);
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);

        for (var i = 0; i < 10; i++) await Notes.SendAsync(gateway, Notes.Of("pat-1"));
        await gateway.UntilAsync(
            Notes.Source, notes => notes.Count == 10 && notes.All(note => note.State == DeliveryState.Delivered));

        var form = HttpUtility.ParseQueryString(Assert.Single(server.Forms));
        Assert.Equal("client_credentials", form["grant_type"]);
        Assert.Equal("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form["client_assertion_type"]);
        Assert.Contains("system/DocumentReference.crus", form["scope"], StringComparison.Ordinal);

        // As the server judges it, by what the gateway publishes.
        var published = await gateway.Http.GetStringAsync("/.well-known/jwks.json");
        var proven = await new JsonWebTokenHandler().ValidateTokenAsync(form["client_assertion"], new TokenValidationParameters
        {
            IssuerSigningKeys = new JsonWebKeySet(published).GetSigningKeys(),
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [algorithm],
            ValidIssuer = KeyFiles.Client,
            ValidAudience = "http://localhost/token",
            RequireExpirationTime = true,
            ClockSkew = TimeSpan.Zero,
        });
        Assert.True(proven.IsValid, proven.Exception?.Message);
        var assertion = (JsonWebToken)proven.SecurityToken;
        Assert.Equal(("JWT", KeyFiles.Client), (assertion.Typ, assertion.Subject));
        Assert.NotEmpty(assertion.Id);
        Assert.InRange(assertion.ValidTo, DateTime.UnixEpoch, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5));
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task While_there_is_no_token_notes_wait_and_are_told_what_to_look_at(string what, string words)
    {
        using var server = new GuardedSandbox(_sandbox);
        var fails = true;
        server.Answer = number => fails ? Fail(what) : Task.FromResult(GuardedSandbox.Token(number));
        await using var gateway = await StartAsync(server, new() { ["Gateway:Delivery:LongestWait"] = "00:00:00.2" });
        await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        var waiting = await gateway.UntilAsync(Notes.Source, notes => notes is [{ State: DeliveryState.Pending, Reason: not null }]);
        Assert.Contains(words, waiting[0].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", waiting[0].Reason, StringComparison.Ordinal);
        Assert.Equal(0, server.Sent);
        await gateway.UntilAsync(() => ReadyAsync(gateway), ready => ready.Contains(words, StringComparison.Ordinal));

        fails = false;
        await gateway.PutAsync("Patient", RunningGateway.SystemOf("Patient"), "pat-1");
        await gateway.PutAsync("Encounter", RunningGateway.SystemOf("Encounter"), "pat-1", Samples.Encounter);
        await gateway.UntilStateAsync(Notes.Source, DeliveryState.Delivered);
        AssertQuiet();
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task A_destination_that_takes_no_token_is_left_alone_and_no_storm_of_tokens_is_asked_for(HttpStatusCode refusal)
    {
        using var server = new GuardedSandbox(_sandbox) { Takes = _ => false, Refusal = refusal };
        await using var gateway = await StartAsync(server, new() { ["Gateway:Delivery:LongestWait"] = "00:00:00.2" });
        for (var i = 0; i < 30; i++) await Notes.SendAsync(gateway, Notes.Of("pat-1"));

        if (refusal == HttpStatusCode.Unauthorized)
        {
            await gateway.UntilAsync(
                () => ReadyAsync(gateway), ready => ready.Contains($"look at {At}:ClientId and Scope", StringComparison.Ordinal));
            Assert.InRange(server.Sent, 1, 30);
        }

        var notes = await gateway.UntilAsync(Notes.Source, all => all.Count == 30 && all.Any(each => each.Reason is not null));
        Assert.All(notes, note => Assert.True(note.State is DeliveryState.Pending or DeliveryState.Delivering));
        Assert.Equal(1, server.Asked);
        AssertQuiet();
    }

    [Fact]
    public async Task Two_keys_are_published_and_the_next_one_signs_once_it_is_in_the_place_of_the_first()
    {
        var next = _keys.Write("next");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var server = new GuardedSandbox(_sandbox);
        await using var gateway = await StartAsync(
            server, new() { [$"{At}:OtherKeyFiles:0"] = _keys["next"] }, services => services.AddSingleton<TimeProvider>(clock));

        async Task<List<string>> KeysAsync()
        {
            var published = await gateway.Http.GetStringAsync("/.well-known/jwks.json");
            foreach (var hidden in new[] { "\"d\"", "\"p\"", "\"q\"", "\"k\"", "PRIVATE" })
                Assert.DoesNotContain(hidden, published, StringComparison.Ordinal);
            return [.. new JsonWebKeySet(published).Keys.Select(key => key.Kid)];
        }

        async Task<string> SignedByAsync()
        {
            using var ready = await gateway.Http.GetAsync("health/ready");
            await gateway.UntilAsync(() => Task.FromResult(server.Forms), forms => !forms.IsEmpty);
            return new JsonWebToken(HttpUtility.ParseQueryString(server.Forms.Last())["client_assertion"]).Kid;
        }

        var before = await KeysAsync();
        Assert.Equal(2, before.Count);
        Assert.Equal(before[0], await SignedByAsync());

        var first = await File.ReadAllTextAsync(_keys["current"]);
        await File.WriteAllTextAsync(_keys["next"], first);
        await File.WriteAllTextAsync(_keys["current"], next);
        clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal([before[1], before[0]], await KeysAsync());
        await gateway.UntilAsync(SignedByAsync, kid => kid == before[1]);
    }

    [Fact]
    public async Task Without_such_a_proof_no_keys_are_published()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var answer = await gateway.Http.GetAsync("/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("ClientId", null, $"{At}:ClientId is missing")]
    [InlineData("KeyFile", null, $"{At}:KeyFile is missing")]
    [InlineData("KeyFile", "nowhere", $"{At}:KeyFile: there is no file")]
    [InlineData("KeyFile", "RSA of 1024 bits", "RS384 needs 2048 or more")]
    [InlineData("KeyFile", "P-256", "ES384 needs P-384")]
    [InlineData("KeyFile", "public", "It holds no private key.")]
    [InlineData("KeyFile", "encrypted", "It is encrypted")]
    [InlineData("OtherKeyFiles:0", "P-256", $"{At}:OtherKeyFiles:0: ")]
    [InlineData("TokenEndpoint", "http://login.example/token", "give an https URL")]
    [InlineData("Scope", " ", $"{At}:Scope is empty")]
    [InlineData("../BaseUrl", "http://fhir.example/r4", $"{At} is for an https destination")]
    [InlineData("../BearerToken", "a-token", "and another proof in the Authorization header: keep one")]
    public async Task What_could_not_work_keeps_the_gateway_from_starting_and_is_told(string setting, string? value, string words)
    {
        var settings = _keys.Settings("https://fhir.example/r4");
        if (setting.Contains("KeyFile", StringComparison.Ordinal) && value is not null)
        {
            if (value != "nowhere") _keys.Write("wrong", value);
            value = _keys["wrong"];
        }

        settings[setting.StartsWith("../", StringComparison.Ordinal) ? "Gateway:Destination:" + setting[3..] : $"{At}:{setting}"] = value;

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => RunningGateway.StartAsync(settings));

        Assert.Contains(failure.Failures, each => each.Contains(words, StringComparison.Ordinal));
        Assert.DoesNotContain("a-token", failure.Message, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> Fail(string what) => what switch
    {
        "down" => throw new HttpRequestException(HttpRequestError.ConnectionError),
        "slow" => throw new TaskCanceledException("HttpClient's own limit"),
        "500" => Task.FromResult(ScriptedServer.Json(500, "{}")),
        "429" => Task.FromResult(ScriptedServer.Json(429, null, ("Retry-After", "1"))),
        "html" => Task.FromResult(ScriptedServer.Json(200, "<html>secret page</html>")),
        "404" => Task.FromResult(ScriptedServer.Json(404)),
        "302" => Task.FromResult(ScriptedServer.Json(302, null, ("Location", "https://login.example/secret"))),
        "no token" => Task.FromResult(ScriptedServer.Json(200, """{ "token": "secret" }""")),
        "mac" => Task.FromResult(ScriptedServer.Json(200, """{ "access_token": "secret", "token_type": "mac" }""")),
        "invalid_client" => Task.FromResult(ScriptedServer.Json(
            401, """{ "error": "invalid_client", "error_description": "secret-assertion" }""")),
        "invalid_scope" => Task.FromResult(ScriptedServer.Json(400, """{ "error": "invalid_scope" }""")),
        _ => Task.FromResult(ScriptedServer.Json(400, """{ "error": "secret words that nobody knows" }""")),
    };

    private static async Task<string> ReadyAsync(RunningGateway gateway)
    {
        using var answer = await gateway.Http.GetAsync("health/ready");
        var body = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
        return body.GetProperty("checks").GetProperty("destination").GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal);
    }

    private void AssertQuiet()
    {
        var key = File.ReadAllText(_keys["current"]).Split('\n')[1];
        foreach (var hidden in new[] { "secret", "eyJ", key })
            Assert.DoesNotContain(_logs.Lines, line => line.Contains(hidden, StringComparison.Ordinal));
    }

    private Task<RunningGateway> StartAsync(
        GuardedSandbox server, Dictionary<string, string?>? more = null, Action<IServiceCollection>? services = null)
    {
        var settings = _keys.Settings(GuardedSandbox.Base);
        settings["Logging:LogLevel:Default"] = "Trace";
        foreach (var (name, value) in more ?? []) settings[name] = value;
        return RunningGateway.StartAsync(settings, _sandbox, destination: server, logs: _logs, services: services);
    }
}
