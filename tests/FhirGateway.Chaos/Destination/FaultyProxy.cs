using System.Net.Http.Headers;
using FhirGateway.Chaos.Vendors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FhirGateway.Chaos.Destination;

/// <summary>What stands before the FHIR server, and misbehaves when it is told to. It sees what the server really did.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly string[] Passed = ["Accept", "Prefer", "If-None-Exist", "If-Match", "X-Request-Id"];
    private static readonly string[] PassedBack = ["ETag", "Location", "Last-Modified", "X-Request-Id"];

    private readonly FhirSite _site;
    private readonly Journal _journal;
    private readonly Loopback _listener;
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(10) });
    private volatile Misbehaviour? _now;

    public FaultyProxy(FhirSite site, Journal journal)
    {
        (_site, _journal) = (site, journal);
        _listener = new Loopback(Loopback.FreePort(), app => app.Run(AnswerAsync));
    }

    /// <summary>What the gateways are told is the FHIR server.</summary>
    public Uri Url => new(_listener.Url, _site.Url.AbsolutePath.Trim('/'));

    public Task OpenAsync() => _listener.OpenAsync();

    /// <summary>From now on connections are refused.</summary>
    public Task CloseAsync() => _listener.CloseAsync();

    /// <summary>Lets a share of all calls meet a fault until the returned value is disposed.</summary>
    /// <param name="share">From 0 to 1.</param>
    public IDisposable Misbehave(Func<ProxiedCall, Task> fault, double share)
    {
        var misbehaviour = new Misbehaviour(this, fault, share);
        _now = misbehaviour;
        return misbehaviour;
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var now = _now;
        var call = new ProxiedCall(context, () => ForwardAsync(context.Request, body.ToArray()), now?.Over ?? CancellationToken.None);
        try
        {
            if (now is not null && Random.Shared.NextDouble() < now.Share) await now.Fault(call);
            else await call.AnswerAsync(await call.ForwardAsync());
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway; // as a proxy does while the server is down
        }
        catch (OperationCanceledException)
        {
            // The gateway has gone, or been told to.
        }
    }

    // Whoever called may be gone by then: the server does what it was asked all the same.
    private async Task<ServerAnswer> ForwardAsync(HttpRequest request, byte[] body)
    {
        var url = new Uri(_site.Url.GetLeftPart(UriPartial.Authority) + request.Path.ToUriComponent() + request.QueryString);
        using var call = new HttpRequestMessage(new HttpMethod(request.Method), url);
        call.Headers.Host = request.Host.Value;
        foreach (var name in Passed)
        {
            if (request.Headers.TryGetValue(name, out var values)) call.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
        }

        if (body.Length > 0)
        {
            call.Content = new ByteArrayContent(body);
            if (request.ContentType is { } type) call.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        using var answer = await _http.SendAsync(call);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        if (answer.IsSuccessStatusCode && HttpMethods.IsPost(request.Method)) _journal.Done(body);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => PassedBack.Contains(header.Key));
        return new ServerAnswer(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.ToString(),
            headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
            bytes);
    }

    private sealed class Misbehaviour(FaultyProxy proxy, Func<ProxiedCall, Task> fault, double share) : IDisposable
    {
        private readonly CancellationTokenSource _over = new();

        public Func<ProxiedCall, Task> Fault => fault;

        public double Share => share;

        public CancellationToken Over => _over.Token;

        public void Dispose()
        {
            proxy._now = null;
            _over.Cancel();
        }
    }
}

/// <summary>What the FHIR server itself answered.</summary>
internal sealed record ServerAnswer(int Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, byte[] Body);
