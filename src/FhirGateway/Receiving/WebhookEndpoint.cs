using System.Globalization;
using FhirGateway.Mapping;
using FhirGateway.Settings;
using FhirGateway.Sources;
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
    CallReader reader,
    CallLimits limits,
    MessageRecorder recorder,
    Refusals refusals,
    IOptions<GatewaySettings> settings,
    ILogger<WebhookEndpoint> logger)
{
    private readonly ReceivingOptions _options = settings.Value.Receiving;

    public async Task<IResult> ReceiveAsync(string name, HttpContext call)
    {
        var address = call.Connection.RemoteIpAddress;
        sources.TryGet(name, out var source);
        if (!limits.MayTry(source, address)) return TooManyUnproven(source, call);
        if (source is null)
        {
            limits.CountUnproven(null, address);
            refusals.Add(Refusals.UnknownSource, StatusCodes.Status404NotFound, "unknown-source");
            return Results.NotFound();
        }

        if (!call.Request.IsHttps && !_options.AllowHttp)
        {
            limits.CountUnproven(source, address);
            refusals.Add(source.Name, StatusCodes.Status403Forbidden, "plain-http");
            return Results.Problem("Webhooks carry health data and are taken over HTTPS only.", statusCode: StatusCodes.Status403Forbidden);
        }

        // From here on the vendor's page decides what an answer holds: one without a body stays without.
        if (call.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        using var span = GatewayTraces.Receiving(source.Name);
        try
        {
            return Answered(await ReceiveAsync(source, call));
        }
        catch (OperationCanceledException) when (call.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered any more; whatever was committed stays and is recognised when it comes again.
            return Results.Empty;
        }
        catch (BadHttpRequestException bad)
        {
            limits.CountUnproven(source, address);
            refusals.Add(source.Name, bad.StatusCode, "broken-request");
            return Results.StatusCode(bad.StatusCode);
        }
        catch (Exception failure)
        {
            ReceivingLog.NotRecorded(logger, source.Name, failure.GetType().Name);
            var again = Problem.Error("exception", "The message could not be recorded; send it again.");
            return Answered(source.Vendor.AnswerTo(Verdict.Failed, null, [again]));
        }
    }

    private async Task<Answer> ReceiveAsync(Source source, HttpContext call)
    {
        using var held = limits.Hold(source);
        var (proven, unproven) = await reader.ReadAsync(source, call, held);
        if (proven is null) return Refuse(source, call, unproven!, unproven!.TravelledBytes);

        using (var taken = limits.CountProven(source))
        {
            if (!taken.IsAcquired)
            {
                var later = Problem.Error("throttled", "Too many calls in a minute: send it again later.");
                var tooMany = Refusal.Of(Verdict.TooMany, later, isProven: true) with { RetryAfter = CallLimits.RetryAfter(taken) };
                return Refuse(source, call, tooMany, proven.TravelledBytes);
            }
        }

        // From here on the sender going away changes nothing: what it sent is proven, and recorded if it is sound.
        CheckedMessage message;
        using (await limits.TurnAsync(source, proven.Body.Length))
        {
            var reading = GatewayTraces.Step("read", () => source.Vendor.Read(proven.Body, source.Settings));
            if (reading.Verdict != Verdict.Stored) return Refuse(source, call, Refusal.Of(reading), proven.TravelledBytes);
            message = CheckedMessage.Of(source, reading, proven, call.Request);
        }

        var missing = await recorder.RecordAsync(message);
        if (missing.Count > 0)
        {
            // What names them is an identifier of a chart: it is in the answer and on the delivery, and nowhere else.
            var unknown = Problem.Error("not-found", "What the message names is not on the destination: its delivery says what.");
            var refusal = new Refusal(Verdict.Invalid, "unknown-reference", [unknown], IsProven: true);
            refusals.Add(source, refusal, source.Vendor.AnswerInWords(Verdict.Invalid).Status, proven.TravelledBytes);
        }

        var verdict = missing.Count == 0 ? Verdict.Stored : Verdict.Invalid;
        return source.Vendor.AnswerTo(verdict, message.Reading, missing, text => source.Sign(proven.Proof, text));
    }

    private Answer Refuse(Source source, HttpContext call, Refusal refusal, int bytes)
    {
        if (refusal is { IsProven: false, IsByLimit: false }) limits.CountUnproven(source, call.Connection.RemoteIpAddress);
        if (refusal.RetryAfter is { } wait) call.Response.Headers.RetryAfter = Seconds(wait);
        if (refusal.Verdict == Verdict.UnknownCoding) call.Response.Headers.AcceptEncoding = ContentCoding.Accepted;
        var answer = source.Vendor.AnswerTo(refusal.Verdict, refusal.Reading, refusal.Problems);
        refusals.Add(source, refusal, answer.Status, bytes);
        return answer;
    }

    // Before anything is read: whatever the vendor's page says, this caller has not shown to be the vendor.
    private IResult TooManyUnproven(Source? source, HttpContext call)
    {
        refusals.Add(source?.Name ?? Refusals.UnknownSource, StatusCodes.Status429TooManyRequests, "too-many-unproven", isByLimit: true);
        call.Response.Headers.RetryAfter = Seconds(CallLimits.AfterUnproven);
        return Results.StatusCode(StatusCodes.Status429TooManyRequests);
    }

    private static string Seconds(TimeSpan wait) =>
        Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private static IResult Answered(Answer answer) => answer.Body is null
        ? Results.StatusCode(answer.Status)
        : Results.Text(answer.Body, answer.ContentType, statusCode: answer.Status);
}
