using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace FhirGateway.Chaos.Destination;

/// <summary>One call on its way through the proxy: what may be done to it.</summary>
/// <param name="forward">Has the FHIR server do it.</param>
/// <param name="over">Cancelled when the fault is over.</param>
internal sealed class ProxiedCall(HttpContext context, Func<Task<ServerAnswer>> forward, CancellationToken over)
{
    private HttpResponse Response => context.Response;

    public Task<ServerAnswer> ForwardAsync() => forward();

    /// <summary>Answers as the server did.</summary>
    public async Task AnswerAsync(ServerAnswer answer)
    {
        Tell(answer);
        await Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    /// <summary>Answers something of the proxy's own.</summary>
    /// <param name="retryAfter">Seconds; null for no such header.</param>
    public Task SayAsync(int status, string? html = null, int? retryAfter = null)
    {
        Response.StatusCode = status;
        if (retryAfter is { } seconds) Response.Headers.RetryAfter = $"{seconds}";
        if (html is null) return Task.CompletedTask;
        Response.ContentType = "text/html";
        return Response.WriteAsync($"<html><body><h1>{html}</h1></body></html>", context.RequestAborted);
    }

    /// <summary>Cuts the connection hard.</summary>
    public void Reset()
    {
        context.Features.Get<IConnectionSocketFeature>()?.Socket.Close(timeout: 0);
        context.Abort();
    }

    /// <summary>Answers half of what the server said.</summary>
    public async Task TruncateAsync(ServerAnswer answer)
    {
        Tell(answer);
        await Response.Body.WriteAsync(answer.Body.AsMemory(0, answer.Body.Length / 2), context.RequestAborted);
        await Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    /// <summary>Answers what the server said in small pieces.</summary>
    public async Task DripAsync(ServerAnswer answer, TimeSpan between)
    {
        const int Pieces = 20;
        Tell(answer);
        for (var sent = 0; sent < answer.Body.Length;)
        {
            var length = Math.Min(1 + answer.Body.Length / Pieces, answer.Body.Length - sent);
            await Response.Body.WriteAsync(answer.Body.AsMemory(sent, length), context.RequestAborted);
            await Response.Body.FlushAsync(context.RequestAborted);
            sent += length;
            await Task.Delay(between, context.RequestAborted);
        }
    }

    /// <summary>Keeps the caller waiting.</summary>
    public Task WaitAsync(TimeSpan time) => Task.Delay(time, context.RequestAborted);

    /// <summary>Says nothing until the fault is over, or the caller gives up; then it is cut.</summary>
    public async Task HangAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, context.RequestAborted);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    private void Tell(ServerAnswer answer)
    {
        Response.StatusCode = answer.Status;
        Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers) Response.Headers[name] = value;
        Response.ContentLength = answer.Body.Length;
    }
}
