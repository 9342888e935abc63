using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace FhirGateway.Sandbox;

/// <summary>Serves a sandbox over HTTP from an ASP.NET application.</summary>
public static class SandboxEndpoints
{
    /// <summary>
    /// Answers everything under <paramref name="path"/> (such as <c>/fhir</c>) from the sandbox; links in answers use the address
    /// the caller used.
    /// </summary>
    public static IEndpointConventionBuilder MapSandbox(
        this IEndpointRouteBuilder endpoints,
        string path,
        SandboxServer server,
        SandboxOptions? options = null)
    {
        var prefix = "/" + path.Trim('/');
        var limit = (options ?? new SandboxOptions()).MaxBodyBytes;
        return endpoints.Map(prefix + "/{**rest}", context => AnswerAsync(context, prefix, server, limit));
    }

    private static async Task AnswerAsync(HttpContext context, string prefix, SandboxServer server, int limit)
    {
        var request = context.Request;
        // The raw target: a decoded path could no longer tell an escaped slash from a real one.
        var target = request.GetEncodedPathAndQuery();
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        var baseUrl = $"{request.Scheme}://{request.Host}{request.PathBase}{prefix}";
        var path = (mark < 0 ? target : target[..mark])[(request.PathBase.Value!.Length + prefix.Length)..].Trim('/');
        var headers = request.Headers
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var body = await ReadAsync(request.Body, limit, context.RequestAborted).ConfigureAwait(false);
        var query = mark < 0 ? "" : target[(mark + 1)..];
        var response = server.Handle(new SandboxRequest(request.Method, baseUrl, path, query, headers, body));

        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers) context.Response.Headers[name] = value;
        if (response.Body.IsEmpty) return;
        context.Response.ContentLength = response.Body.Length;
        await context.Response.Body.WriteAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    // One byte more than allowed is enough for the server to refuse it.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (body.Length <= limit && await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
        }
        return body.ToArray();
    }
}
