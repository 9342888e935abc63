using System.Collections.Concurrent;
using System.Net;
using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>A sandbox that wants an access token, and the token endpoint that gives them: <c>secret-token-1</c> is the first.</summary>
internal sealed class GuardedSandbox(SandboxServer sandbox) : DelegatingHandler(new SandboxHandler(sandbox, Base))
{
    public const string Base = "http://localhost/fhir";
    private int _asked;
    private int _sent;

    /// <summary>What the token endpoint answers to the request of this number, from 1.</summary>
    public Func<int, Task<HttpResponseMessage>> Answer { get; set; } = number => Task.FromResult(Token(number));

    /// <summary>Whether the FHIR server takes a token.</summary>
    public Func<string?, bool> Takes { get; set; } = token => token?.StartsWith("secret-token-", StringComparison.Ordinal) == true;

    /// <summary>What happens before the FHIR server looks at a token.</summary>
    public Func<string?, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>What the FHIR server answers to a token that it does not take.</summary>
    public HttpStatusCode Refusal { get; set; } = HttpStatusCode.Unauthorized;

    /// <summary>How often a token was asked for.</summary>
    public int Asked => _asked;

    /// <summary>How often something else was asked for.</summary>
    public int Sent => _sent;

    /// <summary>What was posted to the token endpoint.</summary>
    public ConcurrentQueue<string> Forms { get; } = new();

    public static HttpResponseMessage Token(int number, string expiresIn = "300") => ScriptedServer.Json(
        200, $$"""{ "access_token": "secret-token-{{number}}", "token_type": "Bearer", "expires_in": {{expiresIn}} }""");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        switch (request.RequestUri!.AbsolutePath)
        {
            case "/fhir/.well-known/smart-configuration":
                return ScriptedServer.Json(200, """{ "token_endpoint": "http://localhost/token" }""");
            case "/token":
                Forms.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
                return await Answer(Interlocked.Increment(ref _asked));
            default:
                Interlocked.Increment(ref _sent);
                await Before(request.Headers.Authorization?.Parameter);
                return Takes(request.Headers.Authorization?.Parameter)
                    ? await base.SendAsync(request, cancellationToken)
                    : ScriptedServer.Outcome((int)Refusal, "the token is not valid");
        }
    }
}
