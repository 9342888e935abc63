using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FhirGateway.Benchmarks;

/// <summary>
/// A FHIR server that costs nothing: it has every patient, encounter and device that it is asked for, no note, and answers each transaction
/// at once as if it were done. It keeps the bundles, so that another client can send the same.
/// </summary>
internal sealed class InstantSink : IAsyncDisposable
{
    private static readonly string[] There = ["Patient", "Encounter", "Device"];
    private readonly WebApplication _app;
    private TaskCompletionSource _opened = new();
    private int _taken;

    private InstantSink(WebApplication app) => _app = app;

    /// <summary>Its FHIR base.</summary>
    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/fhir");

    /// <summary>The transactions that it took, as they came.</summary>
    public ConcurrentQueue<byte[]> Bundles { get; } = [];

    /// <summary>What it said that it has, by place: what another server must have, too, before the same bundles are sent to it.</summary>
    public ConcurrentDictionary<string, JsonObject> Has { get; } = [];

    /// <summary>Told of each transaction that comes; what it returns is disposed of once that is answered. Null for nobody.</summary>
    public Func<byte[], IDisposable>? Watch { get; set; }

    /// <summary>How many transactions it took.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public static async Task<InstantSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var sink = new InstantSink(app);
        app.Run(sink.AnswerAsync);
        await app.StartAsync();
        return sink;
    }

    /// <summary>Holds every transaction from now on.</summary>
    public void Close() => _opened = new();

    /// <summary>Answers what it held, and what comes, at once.</summary>
    public void Open() => _opened.TrySetResult();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext call)
    {
        if (call.Request.Method == "POST")
        {
            using var body = new MemoryStream();
            await call.Request.Body.CopyToAsync(body);
            var bytes = body.ToArray();
            using var watched = Watch?.Invoke(bytes);
            await _opened.Task;
            Bundles.Enqueue(bytes);
            await AnswerAsync(call, Done(bytes));
            Interlocked.Increment(ref _taken);
            return;
        }

        var type = call.Request.Path.Value!.Split('/')[^1];
        await AnswerAsync(call, type == "metadata" ? Capabilities : Found(type, call.Request.Query["identifier"].ToString()));
    }

    private static Task AnswerAsync(HttpContext call, byte[] json)
    {
        call.Response.ContentType = "application/fhir+json";
        call.Response.ContentLength = json.Length;
        return call.Response.Body.WriteAsync(json).AsTask();
    }

    private static byte[] Capabilities { get; } = """
        {"resourceType":"CapabilityStatement","status":"active","date":"2026-11-28","kind":"instance","fhirVersion":"4.0.1","format":["json"],
         "rest":[{"mode":"server","interaction":[{"code":"transaction"}]}]}
        """u8.ToArray();

    private byte[] Found(string type, string token)
    {
        var entries = new JsonArray();
        if (There.Contains(type) && token.Split('|') is [var system, var value])
        {
            var id = $"bench-{string.Concat(value.Where(char.IsAsciiLetterOrDigit))}";
            var resource = new JsonObject
            {
                ["resourceType"] = type,
                ["id"] = id,
                ["identifier"] = new JsonArray(new JsonObject { ["system"] = system, ["value"] = value }),
            };
            Has.TryAdd($"{type}/{id}", resource);
            entries.Add(new JsonObject { ["resource"] = resource.DeepClone() });
        }

        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "searchset", ["entry"] = entries };
        if (entries.Count == 0) bundle.Remove("entry");
        return JsonSerializer.SerializeToUtf8Bytes(bundle);
    }

    private static byte[] Done(byte[] transaction)
    {
        using var sent = JsonDocument.Parse(transaction);
        using var written = new MemoryStream();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Bundle");
            json.WriteString("type", "transaction-response");
            json.WriteStartArray("entry");
            foreach (var entry in sent.RootElement.GetProperty("entry").EnumerateArray())
            {
                var url = entry.GetProperty("request").GetProperty("url").GetString()!.Split('?')[0];
                var place = url.Contains('/', StringComparison.Ordinal) ? url : $"{url}/{Guid.NewGuid()}";
                json.WriteStartObject();
                json.WriteStartObject("response");
                json.WriteString("status", "201 Created");
                json.WriteString("location", $"{place}/_history/1");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return written.ToArray();
    }
}
