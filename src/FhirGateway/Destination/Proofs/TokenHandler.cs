using System.Net;

namespace FhirGateway.Destination.Proofs;

/// <summary>
/// Gives every request to the destination its access token. One that is refused is renewed once, and the request that was refused tries
/// the new one; the others that were refused meanwhile wait to see what becomes of it.
/// </summary>
public sealed class TokenHandler(AccessTokens tokens) : DelegatingHandler
{
    private readonly SemaphoreSlim _turn = new(1);
    private AccessToken? _refused;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        var answer = await SendAsync(request, token, cancellationToken);
        if (!IsRefused(answer)) return answer;

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var next = await tokens.AfterAsync(token, cancellationToken);
            if (next == token || next == _refused) return answer;
            answer.Dispose();
            answer = await SendAsync(request, next, cancellationToken);
            if (IsRefused(answer)) _refused = next;
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _turn.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsRefused(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, AccessToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new("Bearer", token.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
