using System.Buffers;
using System.IO.Pipelines;

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

/// <summary>
/// Reads a body once, as bytes, within a size, a time and the room there is. Memory is taken for what has come, never for what is
/// announced.
/// </summary>
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

        // Not by the token: a read that is cancelled so leaves the connection in the middle of it, and the server can't answer well.
        using var limit = new CancellationTokenSource(timeout);
        await using var over = limit.Token.Register(request.BodyReader.CancelPendingRead);
        return await ReadAsync(request.BodyReader, maxBytes, hasRoomFor, limit.Token, cancellationToken);
    }

    /// <summary>The bytes of a stream, such as one that decodes.</summary>
    /// <inheritdoc cref="ReadAsync(HttpRequest, int, TimeSpan, Func{int, bool}?, CancellationToken)"/>
    public static async Task<(ReadOnlyMemory<byte> Bytes, BodyFault Fault)> ReadAsync(
        Stream stream, int maxBytes, Func<int, bool>? hasRoomFor, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ChunkBytes, leaveOpen: true));
        try
        {
            return await ReadAsync(reader, maxBytes, hasRoomFor, CancellationToken.None, cancellationToken);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Bytes, BodyFault Fault)> ReadAsync(
        PipeReader reader, int maxBytes, Func<int, bool>? hasRoomFor, CancellationToken timeIsOver, CancellationToken cancellationToken)
    {
        var chunks = new List<byte[]>();
        try
        {
            var length = 0;
            while (true)
            {
                if (timeIsOver.IsCancellationRequested) return (default, BodyFault.TooSlow);
                var read = await reader.ReadAsync(cancellationToken);
                var fault = Copy(read.Buffer, chunks, ref length, maxBytes, hasRoomFor);
                reader.AdvanceTo(read.Buffer.End);
                if (fault != BodyFault.None) return (default, fault);
                if (read.IsCompleted) return (Joined(chunks, length), BodyFault.None);
            }
        }
        finally
        {
            foreach (var chunk in chunks) ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static BodyFault Copy(
        ReadOnlySequence<byte> bytes, List<byte[]> chunks, ref int length, int maxBytes, Func<int, bool>? hasRoomFor)
    {
        if (length + bytes.Length > maxBytes) return BodyFault.TooLong;
        while (bytes.Length > 0)
        {
            var at = length % ChunkBytes;
            if (at == 0)
            {
                if (hasRoomFor?.Invoke(ChunkBytes) == false) return BodyFault.NoRoom;
                chunks.Add(ArrayPool<byte>.Shared.Rent(ChunkBytes));
            }

            var part = bytes.Slice(0, Math.Min(bytes.Length, ChunkBytes - at));
            part.CopyTo(chunks[^1].AsSpan(at));
            length += (int)part.Length;
            bytes = bytes.Slice(part.End);
        }

        return BodyFault.None;
    }

    private static byte[] Joined(List<byte[]> chunks, int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length; at += ChunkBytes)
            chunks[at / ChunkBytes].AsSpan(0, Math.Min(ChunkBytes, length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
