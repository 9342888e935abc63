using System.Net;

namespace FhirGateway.Sandbox;

/// <summary>Serves an HttpClient from a sandbox in the same process, without a network. Requests must start with the base URL.</summary>
/// <param name="server">The sandbox that answers.</param>
/// <param name="baseUrl">The FHIR base, without a trailing slash; it need not exist anywhere.</param>
public sealed class SandboxHandler(SandboxServer server, string baseUrl) : HttpMessageHandler
{
    private readonly string _baseUrl = baseUrl.TrimEnd('/');

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        var address = uri.GetLeftPart(UriPartial.Path);
        if (address != _baseUrl && !address.StartsWith(_baseUrl + "/", StringComparison.Ordinal))
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request };
        }

        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in request.Headers.NonValidated) headers[header.Key] = header.Value.ToString();
        if (request.Content is not null)
        {
            foreach (var header in request.Content.Headers.NonValidated) headers[header.Key] = header.Value.ToString();
        }

        var path = address[_baseUrl.Length..].Trim('/');
        var response = server.Handle(new SandboxRequest(request.Method.Method, _baseUrl, path, uri.Query.TrimStart('?'), headers, body));
        var message = new HttpResponseMessage((HttpStatusCode)response.Status)
        {
            RequestMessage = request,
            Content = new ReadOnlyMemoryContent(response.Body),
        };
        foreach (var (name, value) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
