using System.Net;
using FhirGateway.Destination.Proofs;
using FhirGateway.Settings;

namespace FhirGateway.Destination;

/// <summary>
/// Sees what becomes of every request to the destination, keeps requests from it while it is left alone, and tells how many are too many.
/// </summary>
/// <param name="options">They say how the gateway proves itself.</param>
internal sealed class PausingHandler(DestinationPause pause, ConcurrencyLimit limit, DestinationOptions options, TimeProvider clock)
    : DelegatingHandler
{
    /// <summary>Marks a request whose refusal, or success, says nothing of whether notes are taken.</summary>
    public static HttpRequestOptionsKey<bool> IsTrial { get; } = new(nameof(IsTrial));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (pause.Remaining is { Ticks: > 0 } left) throw new DestinationRestingException(left, pause.Why);
        var isTrial = request.Options.TryGetValue(IsTrial, out var trial) && trial;
        var (isWrite, began) = (request.Method == HttpMethod.Post && !isTrial, clock.GetTimestamp());
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) limit.Overloaded(began);
            Judge((int)answer.StatusCode, FhirResponse.Delay(answer), isWrite);
            return answer;
        }
        catch (ProofException failure)
        {
            if (failure.IsPassing) pause.Failed(failure.Message);
            else pause.Refused(failure.Message);
            throw;
        }
        catch (HttpRequestException failure)
        {
            var why = failure.HttpRequestError switch
            {
                HttpRequestError.SecureConnectionError => ProofWords.NoSecureConnection(options),
                HttpRequestError.ResponseEnded => ProofWords.EndedWithoutAnswer(options),
                _ => null,
            };
            pause.Failed(why);
            if (why is null) throw;
            throw new ConnectionRefusedException(why, failure);
        }
        catch (OperationCanceledException) when (isWrite)
        {
            limit.Overloaded(began);
            pause.Failed();
            throw;
        }
    }

    // A search may be slow or fail for what it asks; only a write, or no connection, tells that nothing can be delivered. A 401 is about
    // the gateway, whatever it asks; a 403 may be about one chart.
    private void Judge(int status, TimeSpan? asked, bool isWrite)
    {
        if (asked is { } time && status is 429 or 503) pause.Asked(time);
        else if (status is 401 or 407) pause.Refused(ProofWords.Refused(status, options));
        else if (isWrite && status is 403) pause.Failed(ProofWords.Refused(status, options));
        else if (isWrite && status is 408 or 429 or >= 500) pause.Failed();
        else if (isWrite) pause.Answered();
    }
}

/// <summary>The destination makes no connection with the gateway, or broke it off, for what may be a proof that it misses.</summary>
/// <param name="message">Which settings to look at, in words.</param>
public sealed class ConnectionRefusedException(string message, HttpRequestException inner)
    : HttpRequestException(inner.HttpRequestError, message, inner);

/// <summary>The destination is left alone: nothing was sent.</summary>
public sealed class DestinationRestingException(TimeSpan rest, string? why)
    : HttpRequestException("The destination is left alone for a while.")
{
    /// <summary>For how long still.</summary>
    public TimeSpan For { get; } = rest;

    /// <summary>What somebody has to look at before it can go on, in words; null where nobody can say.</summary>
    public string? Why { get; } = why;
}
