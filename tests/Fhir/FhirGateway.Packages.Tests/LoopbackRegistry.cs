using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace FhirGateway.Packages.Tests;

/// <summary>A package registry on a free loopback port, speaking the npm-style protocol.</summary>
internal sealed class LoopbackRegistry : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<PackageId, byte[]> _archives = [];
    private readonly Dictionary<PackageId, string> _digests = [];

    public LoopbackRegistry()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public List<string> Requests { get; } = [];

    public HttpStatusCode? Broken { get; set; }

    public void Publish(byte[] archive, string name, string version, string? digest = null)
    {
        var id = PackageId.Create(name, version);
        _archives[id] = archive;
        _digests[id] = digest ?? "sha512-" + Convert.ToBase64String(SHA512.HashData(archive));
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath).Trim('/');
            lock (Requests) Requests.Add(path);
            var body = Broken is null ? Answer(path) : null;
            context.Response.StatusCode = (int)(Broken ?? (body is null ? HttpStatusCode.NotFound : HttpStatusCode.OK));
            if (body is not null) await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }

    private byte[]? Answer(string path)
    {
        if (path.Split('/') is [var name, var version]) return _archives.GetValueOrDefault(PackageId.Create(name, version));
        var versions = new JsonObject();
        foreach (var id in _archives.Keys.Where(id => id.Name == path))
        {
            versions[id.Version] =
                new JsonObject { ["dist"] = new JsonObject { ["tarball"] = $"{Url}{id.Name}/{id.Version}", ["integrity"] = _digests[id] } };
        }

        return versions.Count == 0 ? null : System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["versions"] = versions }.ToJsonString());
    }
}
