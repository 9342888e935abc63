namespace FhirGateway.Tests.Destination;

/// <summary>The wire to a real server, with something on it that may answer instead, and that sees every answer.</summary>
/// <param name="intercept">Null lets the request through.</param>
/// <param name="answered">The body of each request that went through, and of its answer.</param>
internal sealed class InterceptedServer(
    Func<HttpRequestMessage, Task<HttpResponseMessage?>>? intercept = null, Func<HttpRequestMessage, string, string, Task>? answered = null)
    : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (intercept is not null && await intercept(request) is { } instead) return instead;
        var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var answer = await base.SendAsync(request, cancellationToken);
        if (answered is not null)
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            await answered(request, sent, await answer.Content.ReadAsStringAsync(cancellationToken));
        }

        return answer;
    }
}
