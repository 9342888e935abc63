using System.Net.Http.Headers;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Destination;

/// <summary>
/// Talks JSON to a FHIR R4 server (http://hl7.org/fhir/R4/http.html) and reports what it answered, whatever the status. It
/// tries once: what to try again, and when, is for the caller or the handlers of the <see cref="HttpClient"/> to decide.
/// </summary>
public sealed class FhirClient
{
    /// <summary>How many bytes of an answer are read unless the caller sets another bound: 32 MiB.</summary>
    public const int DefaultMaxBodyBytes = 32 * 1024 * 1024;

    internal const int MaxDepth = 256;
    private static readonly MediaTypeHeaderValue FhirJson = new("application/fhir+json", "utf-8");

    private readonly HttpClient _http;
    private readonly int _maxBodyBytes;
    private readonly string _base;

    /// <param name="http">Its base address is the server's FHIR base; its timeout bounds a whole call, the answer's body included.</param>
    /// <param name="maxBodyBytes">A longer answer fails as <see cref="FhirFailure.AnswerTooLarge"/>.</param>
    /// <exception cref="ArgumentException">The client has no base address.</exception>
    public FhirClient(HttpClient http, int maxBodyBytes = DefaultMaxBodyBytes)
    {
        ArgumentNullException.ThrowIfNull(http);
        _http = http;
        _maxBodyBytes = maxBodyBytes;
        _base = http.BaseAddress?.AbsoluteUri.TrimEnd('/')
            ?? throw new ArgumentException("The HttpClient needs a base address: the FHIR server's base URL.", nameof(http));
    }

    /// <summary>The server's FHIR base URL, without a slash at its end.</summary>
    public string BaseUrl => _base;

    /// <summary>
    /// Posts a transaction (or batch) Bundle to the base. Read the answer with <see cref="TransactionOutcome"/>: a 200 may hold
    /// failed entries.
    /// </summary>
    /// <param name="bundleJson">The Bundle in UTF-8.</param>
    /// <param name="requestId">Sent as X-Request-Id, so that the server's log can be matched with ours.</param>
    /// <exception cref="FhirRequestException">No complete answer arrived; the server may have done the work nevertheless.</exception>
    /// <param name="isTrial">What comes of it says nothing of whether notes are taken.</param>
    public async Task<FhirResponse> TransactionAsync(
        ReadOnlyMemory<byte> bundleJson, string? requestId = null, bool isTrial = false, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _base) { Content = new ReadOnlyMemoryContent(bundleJson) };
        request.Options.Set(PausingHandler.IsTrial, isTrial);
        request.Content.Headers.ContentType = FhirJson;
        return await SendAsync(request, requestId, cancellationToken);
    }

    /// <summary>Searches a type.</summary>
    /// <param name="query">Names and values, not yet URL-encoded.</param>
    /// <inheritdoc cref="TransactionAsync" path="/exception"/>
    public async Task<FhirResponse> SearchAsync(
        string type,
        IReadOnlyList<(string Name, string Value)> query,
        string? requestId = null,
        CancellationToken cancellationToken = default)
    {
        var parameters = query.Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_base}/{Uri.EscapeDataString(type)}?{string.Join('&', parameters)}");
        // HAPI answers a repeated search from its cache for a minute: what was created meanwhile would stay unseen.
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        return await SendAsync(request, requestId, cancellationToken);
    }

    /// <summary>Fetches another page of a search.</summary>
    /// <param name="url">The absolute URL that the server gave for it, below its base: credentials go along.</param>
    /// <inheritdoc cref="TransactionAsync" path="/exception"/>
    public async Task<FhirResponse> PageAsync(string url, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(request, null, cancellationToken);
    }

    /// <summary>Reads the current version of a resource.</summary>
    /// <inheritdoc cref="TransactionAsync" path="/exception"/>
    public async Task<FhirResponse> ReadAsync(
        string type, string id, string? requestId = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_base}/{Uri.EscapeDataString(type)}/{Uri.EscapeDataString(id)}");
        return await SendAsync(request, requestId, cancellationToken);
    }

    /// <summary>Asks what the server can do (its CapabilityStatement).</summary>
    /// <inheritdoc cref="TransactionAsync" path="/exception"/>
    public async Task<FhirResponse> CapabilitiesAsync(string? requestId = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_base}/metadata");
        return await SendAsync(request, requestId, cancellationToken);
    }

    /// <summary>
    /// Runs an operation (http://hl7.org/fhir/R4/operations.html) by POST, which keeps what is asked out of the server's access log.
    /// </summary>
    /// <param name="path">Below the base, such as <c>ValueSet/$validate-code</c>.</param>
    /// <param name="parametersJson">The Parameters resource in UTF-8.</param>
    /// <inheritdoc cref="TransactionAsync" path="/exception"/>
    public async Task<FhirResponse> OperationAsync(
        string path, ReadOnlyMemory<byte> parametersJson, string? requestId = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"{_base}/{path}")
        { Content = new ReadOnlyMemoryContent(parametersJson) };
        request.Content.Headers.ContentType = FhirJson;
        return await SendAsync(request, requestId, cancellationToken);
    }

    private async Task<FhirResponse> SendAsync(HttpRequestMessage request, string? requestId, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/fhir+json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        if (requestId is not null) request.Headers.Add("X-Request-Id", requestId);

        // HttpClient's own timeout ends with the headers when the body is streamed: a server that dribbles would hold us for ever.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_http.Timeout != Timeout.InfiniteTimeSpan) limit.CancelAfter(_http.Timeout);
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var bytes = await ReadBodyAsync(answer.Content, limit.Token);
            return FhirResponse.Of(answer, bytes, Parse(bytes));
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FhirRequestException(FhirFailure.TimedOut, $"{_base} did not answer within {_http.Timeout}.", late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new FhirRequestException(FhirFailure.Unreachable, $"{_base} can't be reached or broke off: {broken.Message}", broken);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > _maxBodyBytes) throw TooLarge();
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream((int)(content.Headers.ContentLength ?? 4096));
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > _maxBodyBytes) throw TooLarge();
            read.Write(buffer, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    private FhirRequestException TooLarge() =>
        new(FhirFailure.AnswerTooLarge, $"{_base} answered with more than {_maxBodyBytes} bytes.", null);

    // A proxy's HTML page, a cut answer or one with half a surrogate in it must not lose us the status that came with it.
    private static JsonElement? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        try
        {
            return ForeignJson.Parse(bytes.Span, MaxDepth);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
