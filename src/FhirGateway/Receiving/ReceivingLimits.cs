using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using FhirGateway.Settings;
using FhirGateway.Sources;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FhirGateway.Receiving;

/// <summary>What the server does before a webhook is looked at: limits of the connection, of the rate, and whom to believe about HTTPS.</summary>
public static class ReceivingLimits
{
    public const string RatePolicy = "webhooks";
    private const int UnknownSourceRequestsPerMinute = 60;

    public static void Connections(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }

    /// <summary>Counts per source and address, so that a stranger who calls in a source's name can't use up its share.</summary>
    public static void Rates(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = (rejected, _) =>
        {
            var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)after.TotalSeconds) : 1;
            rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        limiter.AddPolicy(RatePolicy, call =>
        {
            var known = call.RequestServices.GetRequiredService<SourceCatalog>().TryGet(call.GetRouteValue("source") as string ?? "", out var source);
            var perMinute = known ? source!.Options.RequestsPerMinute : UnknownSourceRequestsPerMinute;
            return RateLimitPartition.GetTokenBucketLimiter((source?.Name, call.Connection.RemoteIpAddress), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perMinute,
                TokensPerPeriod = Math.Max(1, perMinute / 60),
                ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / perMinute)),
                QueueLimit = 0,
            });
        });
    }

    public static void Proxies(ForwardedHeadersOptions forwarded, ReceivingOptions options)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedFor;
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var proxy in options.TrustedProxies)
        {
            if (IPAddress.TryParse(proxy, out var address)) forwarded.KnownProxies.Add(address);
            else forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
    }

    /// <summary>Answers are data for programs: no browser may guess at them, frame them or keep them.</summary>
    public static void SecurityHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
    }
}
