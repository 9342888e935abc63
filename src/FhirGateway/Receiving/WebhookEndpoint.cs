using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Sources.Proofs;
using FhirGateway.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace FhirGateway.Receiving;

/// <summary>
/// <c>POST /webhooks/{source}</c>: receive, authenticate, check, record, answer as the vendor's page says. Nothing is parsed before it is
/// authenticated, nothing answered for before it is on disk.
/// </summary>
public sealed class WebhookEndpoint(
    SourceCatalog sources,
    MessageRecorder recorder,
    IOptions<GatewaySettings> settings,
    GatewayMetrics metrics,
    TimeProvider clock,
    ILogger<WebhookEndpoint> logger)
{
    // Headers worth keeping beside the body: none carries a secret or a patient.
    private static readonly string[] KeptHeaders = ["User-Agent", "X-Request-Id"];
    private readonly ReceivingOptions _options = settings.Value.Receiving;

    public async Task<IResult> ReceiveAsync(string source, HttpContext call)
    {
        if (!sources.TryGet(source, out var known)) return Results.NotFound();
        if (!call.Request.IsHttps && !_options.AllowHttp)
            return Results.Problem("Webhooks carry health data and are taken over HTTPS only.", statusCode: StatusCodes.Status403Forbidden);

        // From here on the vendor's page decides what an answer holds: one without a body stays without.
        if (call.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        using var span = GatewayTraces.Receiving(known.Name);
        try
        {
            return Answered(await ReceiveAsync(known, call));
        }
        catch (OperationCanceledException) when (call.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered any more; whatever was committed stays and is recognised when it comes again.
            return Results.Empty;
        }
        catch (BadHttpRequestException bad)
        {
            return Results.StatusCode(bad.StatusCode);
        }
        catch (Exception failure)
        {
            ReceivingLog.NotRecorded(logger, known.Name, failure.GetType().Name);
            return Answered(known.Vendor.AnswerTo(Verdict.Failed, null, [Problem.Error("exception", "The message could not be recorded; send it again.")]));
        }
    }

    private async Task<Answer> ReceiveAsync(Source source, HttpContext call)
    {
        ReadOnlyMemory<byte>? read;
        try
        {
            read = await RawBody.ReadAsync(call.Request, source.Vendor.MaxBodyBytes, _options.BodyTimeout, call.RequestAborted);
        }
        catch (OperationCanceledException) when (!call.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(source, "slow");
            return new Answer(StatusCodes.Status408RequestTimeout, null, null);
        }

        if (read is not { } body) return await RefuseAsync(source, Verdict.TooLarge, null, [Problem.Error("too-long", $"The body is longer than {source.Vendor.MaxBodyBytes} bytes.")]);

        var now = clock.GetUtcNow();
        var unproven = new UnprovenCall(LookupOf(call.Request.Headers), body, now, await BearerTokens.IsValidAsync(source, call));
        if (!source.IsProvenBy(unproven))
            return await RefuseAsync(source, Verdict.Unproven, null, [Problem.Error("login", "The call does not prove its sender: a key or signature is missing or wrong.")]);

        var reading = GatewayTraces.Step("read", () => source.Vendor.Read(body, source.Settings));
        if (reading.Verdict != Verdict.Stored) return await RefuseAsync(source, reading.Verdict, reading, reading.Problems);

        // From here on the sender going away changes nothing: what it sent is proven, sound, and recorded.
        var (verdict, problems) = await recorder.RecordAsync(source, reading, body, call.Request.ContentType, Kept(call.Request.Headers), now);
        return source.Vendor.AnswerTo(verdict, reading, problems, text => source.Sign(unproven, text));
    }

    private async Task<Answer> RefuseAsync(Source source, Verdict verdict, Reading? reading, IReadOnlyList<Problem> problems)
    {
        await RefuseAsync(source, verdict switch
        {
            Verdict.Unproven => "unproven",
            Verdict.TooLarge => "too-large",
            Verdict.Malformed => "malformed",
            _ => "invalid",
        });
        return source.Vendor.AnswerTo(verdict, reading, problems);
    }

    private async Task RefuseAsync(Source source, string reason)
    {
        metrics.Refused(source.Name, reason);
        ReceivingLog.Refused(logger, source.Name, reason);
        await recorder.CountRefusalAsync(source, reason);
    }

    private static IResult Answered(Answer answer) => answer.Body is null
        ? Results.StatusCode(answer.Status)
        : Results.Text(answer.Body, answer.ContentType, statusCode: answer.Status);

    private static ILookup<string, string> LookupOf(IHeaderDictionary headers) => headers
        .SelectMany(header => header.Value, (header, value) => (Name: header.Key, Value: value ?? ""))
        .ToLookup(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);

    private static string? Kept(IHeaderDictionary headers)
    {
        var kept = new JsonObject();
        foreach (var name in KeptHeaders)
        {
            if (headers[name] is [{ Length: > 0 and <= 256 } value]) kept[name] = value;
        }

        return kept.Count == 0 ? null : kept.ToJsonString();
    }
}
