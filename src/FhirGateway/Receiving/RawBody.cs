using System.Buffers;

namespace FhirGateway.Receiving;

/// <summary>Why a body was not read to its end.</summary>
public enum BodyFault
{
    None,

    /// <summary>It is longer than is read.</summary>
    TooLong,

    /// <summary>There is no room for more bytes now.</summary>
    NoRoom,

    /// <summary>The sender took too long.</summary>
    TooSlow,
}

/// <summary>Reads a body once, as bytes, within a size, a time and the room there is. Memory is taken for what has come, never for what is announced.</summary>
public static class RawBody
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The body of a call.</summary>
    /// <param name="hasRoomFor">Asked before each chunk is allocated; null when there is always room.</param>
    /// <returns>The bytes; empty with a fault.</returns>
    /// <exception cref="OperationCanceledException">The sender went away.</exception>
    public static async Task<(ReadOnlyMemory<byte> Bytes, BodyFault Fault)> ReadAsync(
        HttpRequest request, int maxBytes, TimeSpan timeout, Func<int, bool>? hasRoomFor, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes) return (default, BodyFault.TooLong);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await ReadAsync(request.Body, maxBytes, hasRoomFor, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, BodyFault.TooSlow);
        }
    }

    /// <inheritdoc cref="ReadAsync(HttpRequest, int, TimeSpan, Func{int, bool}?, CancellationToken)"/>
    public static async Task<(ReadOnlyMemory<byte> Bytes, BodyFault Fault)> ReadAsync(
        Stream stream, int maxBytes, Func<int, bool>? hasRoomFor, CancellationToken cancellationToken)
    {
        var chunks = new List<byte[]>();
        try
        {
            var length = 0;
            while (true)
            {
                if (hasRoomFor?.Invoke(ChunkBytes) == false) return (default, BodyFault.NoRoom);
                chunks.Add(ArrayPool<byte>.Shared.Rent(ChunkBytes));
                var read = await stream.ReadAtLeastAsync(chunks[^1].AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);
                length += read;
                if (length > maxBytes) return (default, BodyFault.TooLong);
                if (read < ChunkBytes) return (Joined(chunks, length), BodyFault.None);
            }
        }
        finally
        {
            foreach (var chunk in chunks) ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static byte[] Joined(List<byte[]> chunks, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length; at += ChunkBytes) chunks[at / ChunkBytes].AsSpan(0, Math.Min(ChunkBytes, length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
