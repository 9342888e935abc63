using System.Globalization;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace FhirGateway.Sources.Proofs;

/// <summary>
/// Whether the issuer of a scheme's tokens can be asked for its keys. While it can't, a token is neither valid nor invalid: its bearer is
/// told to come again, and not that the token is wrong. For a few seconds nobody else asks either, since each would wait as long.
/// </summary>
internal sealed class IssuerAvailability
{
    private const string Unavailable = "issuer-unavailable";
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);
    private long _unavailableUntil = long.MinValue;

    /// <summary>Lets a scheme take note of its issuer's silence, and answer 503 for it.</summary>
    public static void Watch(JwtBearerOptions options)
    {
        var issuer = new IssuerAvailability();
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = issuer.BeforeAsync,
            OnAuthenticationFailed = issuer.FailedAsync,
            OnChallenge = ChallengeAsync,
        };
    }

    /// <summary>Whether a call's token could not be checked.</summary>
    public static bool IsUnavailable(HttpContext call) => call.Items.ContainsKey(Unavailable);

    private Task BeforeAsync(MessageReceivedContext received)
    {
        if (Clock(received.Options).GetTimestamp() >= Interlocked.Read(ref _unavailableUntil)) return Task.CompletedTask;
        if (received.HttpContext.Request.Headers.Authorization.Count == 0) return Task.CompletedTask;
        received.HttpContext.Items[Unavailable] = true;
        received.NoResult();
        return Task.CompletedTask;
    }

    private async Task FailedAsync(AuthenticationFailedContext failed)
    {
        if (failed.Options.ConfigurationManager is not { } keys) return;
        try
        {
            await keys.GetConfigurationAsync(failed.HttpContext.RequestAborted);
        }
        catch (Exception failure)
            when (failure is not OperationCanceledException || !failed.HttpContext.RequestAborted.IsCancellationRequested)
        {
            var clock = Clock(failed.Options);
            var pause = (long)(BetweenTries.TotalSeconds * clock.TimestampFrequency);
            Interlocked.Exchange(ref _unavailableUntil, clock.GetTimestamp() + pause);
            failed.HttpContext.Items[Unavailable] = true;

            // Without this the failure itself would leave the handler as an exception.
            failed.NoResult();
        }
    }

    private static Task ChallengeAsync(JwtBearerChallengeContext challenge)
    {
        if (!IsUnavailable(challenge.HttpContext)) return Task.CompletedTask;
        challenge.HandleResponse();
        challenge.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        challenge.Response.Headers.RetryAfter = BetweenTries.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    private static TimeProvider Clock(JwtBearerOptions options) => options.TimeProvider ?? TimeProvider.System;
}
