namespace FhirGateway.Tests.Pipeline;

/// <summary>Answers nothing until it is mended.</summary>
internal sealed class HangingDestination(CancellationToken mended) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var until = new TaskCompletionSource();
        await using var over = mended.Register(until.SetResult);
        await until.Task.WaitAsync(cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
