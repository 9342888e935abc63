using System.Net;
using System.Net.Sockets;
using FhirGateway.Chaos.Destination;

namespace FhirGateway.Chaos.Gateways;

/// <summary>
/// The way from one gateway to its database, that can go dead: what is under way stays so, nothing is refused and nobody is told, as when a
/// network between them fails. Once it is mended, what was under way arrives.
/// </summary>
internal sealed class DatabaseLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, Loopback.FreePort());
    private readonly CancellationTokenSource _closing = new();
    private readonly int _databasePort;
    private readonly Task _taking;
    private volatile TaskCompletionSource _passing = new();

    public DatabaseLine(int databasePort)
    {
        _databasePort = databasePort;
        Mend();
        _listener.Start();
        _taking = TakeAsync();
    }

    /// <summary>Where the gateway finds its database.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on nothing passes.</summary>
    public void Cut() => _passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everything pass.</summary>
    public void Mend() => _passing.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Mend();
        _listener.Stop();
        await _taking;
        _closing.Dispose();
    }

    private async Task TakeAsync()
    {
        var lines = new List<Task>();
        while (true)
        {
            try
            {
                var gateway = await _listener.AcceptTcpClientAsync(_closing.Token);
                lines.Add(JoinAsync(gateway));
            }
            catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                await Task.WhenAll(lines);
                return;
            }
        }
    }

    private async Task JoinAsync(TcpClient gateway)
    {
        using var database = new TcpClient();
        using var near = gateway;
        try
        {
            await _passing.Task;
            await database.ConnectAsync(IPAddress.Loopback, _databasePort, _closing.Token);
            (near.NoDelay, database.NoDelay) = (true, true);
            await Task.WhenAny(
                PassAsync(near.GetStream(), database.GetStream()), PassAsync(database.GetStream(), near.GetStream()));
        }
        catch (Exception broken) when (broken is OperationCanceledException or SocketException or IOException)
        {
            // One end is gone: so is the line.
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var bytes = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(bytes, _closing.Token) is var read && read > 0)
            {
                await _passing.Task;
                await to.WriteAsync(bytes.AsMemory(0, read), _closing.Token);
            }
        }
        catch (Exception broken) when (broken is OperationCanceledException or SocketException or IOException)
        {
            // The same.
        }

        // An end that nobody is told of while the line is dead.
        await _passing.Task;
    }
}
