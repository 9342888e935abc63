using FhirGateway.Sandbox;

namespace FhirGateway.Tests.Destination;

/// <summary>A sandbox behind something that may answer in its place.</summary>
/// <param name="intercept">Null lets the request through.</param>
internal sealed class InterceptedSandbox(
    SandboxServer sandbox, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> intercept)
    : DelegatingHandler(new SandboxHandler(sandbox, "http://sandbox.invalid/fhir"))
{
    private int _transactions;

    /// <summary>How many transactions came through to the sandbox.</summary>
    public int Transactions => _transactions;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await intercept(request, cancellationToken) is { } instead) return instead;
        if (request.Method == HttpMethod.Post) Interlocked.Increment(ref _transactions);
        return await base.SendAsync(request, cancellationToken);
    }
}
