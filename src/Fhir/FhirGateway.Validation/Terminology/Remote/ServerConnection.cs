using System.Net.Http.Headers;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>What became of one request to a terminology server.</summary>
/// <param name="Body">The answer's JSON; null when there is none that can be used.</param>
/// <param name="Why">Why there is no body, in words; null when there is one.</param>
/// <param name="IsFailing">Whether it is a sign that the server should be left alone.</param>
internal readonly record struct Asked(JsonElement? Body, string? Why, bool IsFailing)
{
    public const string NotUnderstood = "the terminology server's answer could not be understood";
}

/// <summary>Sends JSON to a terminology server, once, and reads a bounded answer. It does not throw for what the server does.</summary>
/// <param name="http">Its base address is the server's FHIR base; its timeout bounds a whole call, the answer's body included.</param>
internal sealed class ServerConnection(HttpClient http)
{
    private const int MaxAnswerBytes = 4 * 1024 * 1024;
    private const int MaxDepth = 256;

    private readonly string _base = http.BaseAddress?.AbsoluteUri.TrimEnd('/')
        ?? throw new ArgumentException("The HttpClient needs a base address: the terminology server's base URL.", nameof(http));

    /// <summary>Runs an operation by POST, which keeps what is asked out of the server's access log.</summary>
    /// <param name="path">Below the base, such as <c>ValueSet/$validate-code</c>.</param>
    /// <param name="parameters">The Parameters resource in UTF-8.</param>
    public async Task<Asked> OperationAsync(string path, ReadOnlyMemory<byte> parameters, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_base}/{path}") { Content = new ReadOnlyMemoryContent(parameters) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json", "utf-8");
        return await SendAsync(request, cancellationToken);
    }

    /// <summary>
    /// Searches a type for the resource of a canonical url, and asks only for what tells whether the resource is complete.
    /// </summary>
    public async Task<Asked> FindAsync(string type, string url, CancellationToken cancellationToken)
    {
        var query = $"{_base}/{type}?url={Uri.EscapeDataString(url)}&_elements={Uri.EscapeDataString("url,content")}&_count=1";
        using var request = new HttpRequestMessage(HttpMethod.Get, query);
        // HAPI answers a repeated search from its cache for a minute: what was created meanwhile would stay unseen.
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        return await SendAsync(request, cancellationToken);
    }

    private async Task<Asked> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/fhir+json"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.9));
        // HttpClient's own timeout ends with the headers when the body is streamed: a server that sends very slowly would hold us for ever.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (http.Timeout != Timeout.InfiniteTimeSpan) limit.CancelAfter(http.Timeout);
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var body = await ReadAsync(answer.Content, limit.Token);
            return body is { } bytes ? Judge((int)answer.StatusCode, bytes.Span) : TooLong;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, "the terminology server did not answer in time", IsFailing: true);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new(null, "the terminology server could not be reached", IsFailing: true);
        }
    }

    // A long answer comes from a server that works.
    private static Asked TooLong => new(null, "the terminology server's answer was too long", IsFailing: false);

    private static Asked Judge(int status, ReadOnlySpan<byte> body)
    {
        // Who is refused entry, or told to slow down, must not go on asking.
        var isFailing = status is 401 or 403 or 408 or 429 or >= 500;
        if (status is < 200 or >= 300) return new(null, $"the terminology server answered with status {status}", isFailing);
        try
        {
            return new(ForeignJson.Parse(body, MaxDepth), null, IsFailing: false);
        }
        catch (JsonException)
        {
            return new(null, Asked.NotUnderstood, IsFailing: false);
        }
    }

    // Null when it is too long.
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxAnswerBytes) return null;
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream((int)(content.Headers.ContentLength ?? 4096));
        var buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (read.Length + count > MaxAnswerBytes) return null;
            read.Write(buffer, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }
}
