using System.Net.Http.Headers;
using System.Text;
using FhirGateway.Settings;
using Polly;
using Polly.CircuitBreaker;

namespace FhirGateway.Destination;

/// <summary>Puts together the HTTP client of the destination from its settings.</summary>
public static class DestinationClient
{
    /// <param name="transport">The wire: sockets, or the sandbox's in-process handler.</param>
    public static HttpClient Create(DestinationOptions options, Uri baseUrl, HttpMessageHandler transport, TimeProvider clock)
    {
        var breaker = new CircuitBreakingHandler(clock) { InnerHandler = transport };
        var client = new HttpClient(breaker) { BaseAddress = new Uri(baseUrl.AbsoluteUri.TrimEnd('/') + "/"), Timeout = options.Timeout };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("FhirGateway", "1.0"));
        if (options.BearerToken is { Length: > 0 } token) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        if (options.BasicUser is { Length: > 0 } user)
            client.DefaultRequestHeaders.Authorization = new(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.BasicPassword}")));
        foreach (var (name, value) in options.Headers) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }

    /// <summary>Gives a server that is down rest, whichever delivery asks. It retries nothing: that is the ledger's.</summary>
    private sealed class CircuitBreakingHandler(TimeProvider clock) : DelegatingHandler
    {
        private readonly ResiliencePipeline<HttpResponseMessage> _pipeline =
            new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.9,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .HandleResult(response => (int)response.StatusCode is 502 or 503 or 504),
            })
            .Build();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return await _pipeline.ExecuteAsync(async token => await base.SendAsync(request, token), cancellationToken);
            }
            catch (BrokenCircuitException open)
            {
                throw new DestinationRestingException(open.RetryAfter ?? TimeSpan.FromSeconds(5), open);
            }
        }
    }
}

/// <summary>The destination failed too often in a row to be asked now.</summary>
public sealed class DestinationRestingException(TimeSpan rest, Exception inner)
    : HttpRequestException("The destination is left alone for a while.", inner)
{
    /// <summary>For how long.</summary>
    public TimeSpan For { get; } = rest;
}
