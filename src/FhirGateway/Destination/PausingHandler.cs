namespace FhirGateway.Destination;

/// <summary>Sees what becomes of every request to the destination, and keeps requests from it while it is left alone.</summary>
internal sealed class PausingHandler(DestinationPause pause) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (pause.Remaining is { Ticks: > 0 } left) throw new DestinationRestingException(left);
        var isWrite = request.Method == HttpMethod.Post;
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            Judge((int)answer.StatusCode, FhirResponse.Delay(answer), isWrite);
            return answer;
        }
        catch (HttpRequestException)
        {
            pause.Failed();
            throw;
        }
        catch (OperationCanceledException) when (isWrite)
        {
            pause.Failed();
            throw;
        }
    }

    // A search may be slow or fail for what it asks; only a write, or no connection, tells that nothing can be delivered.
    private void Judge(int status, TimeSpan? asked, bool isWrite)
    {
        if (asked is { } time && status is 429 or 503) pause.Asked(time);
        else if (isWrite && status is 401 or 403 or 408 or 429 or >= 500) pause.Failed();
        else if (isWrite) pause.Answered();
    }
}

/// <summary>The destination is left alone: nothing was sent.</summary>
public sealed class DestinationRestingException(TimeSpan rest) : HttpRequestException("The destination is left alone for a while.")
{
    /// <summary>For how long still.</summary>
    public TimeSpan For { get; } = rest;
}
