namespace FhirGateway.Receiving;

/// <summary>Reads a call's body once, as bytes, within a size and a time.</summary>
public static class RawBody
{
    /// <summary>The body; null when it is longer than <paramref name="maxBytes"/>, whether it says so beforehand or not.</summary>
    /// <exception cref="OperationCanceledException">The sender took longer than <paramref name="timeout"/>, or went away.</exception>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int maxBytes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes) return null;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var body = new MemoryStream((int)(request.ContentLength ?? 4096));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, limit.Token)) > 0)
        {
            if (body.Length + read > maxBytes) return null;
            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
