namespace FhirGateway.Testing;

/// <summary>Answers every request with what a test says, and remembers the requests.</summary>
public sealed class AnsweringHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public AnsweringHandler(HttpResponseMessage answer) : this((_, _) => Task.FromResult(answer))
    {
    }

    public List<(string Method, string Url, string? Body, IReadOnlyDictionary<string, string> Headers)> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        Requests.Add((request.Method.Method, request.RequestUri!.AbsoluteUri, body, headers));
        return await answer(request, cancellationToken);
    }
}
