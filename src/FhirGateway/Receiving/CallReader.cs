using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Sources.Proofs;
using Microsoft.Extensions.Options;

namespace FhirGateway.Receiving;

/// <summary>A call whose sender has proven who it is.</summary>
/// <param name="Body">The body, decoded where it had a content coding.</param>
/// <param name="Coding">That coding; empty for none.</param>
/// <param name="Proof">The call as it was proven: a vendor may sign the body as it travels or as it was before.</param>
/// <param name="TravelledBytes">The body's length as it travelled.</param>
public sealed record ProvenCall(ReadOnlyMemory<byte> Body, string Coding, UnprovenCall Proof, int TravelledBytes);

/// <summary>From a connection to proven bytes: reads, decodes and proves a call. Nothing is parsed here.</summary>
public sealed class CallReader(IOptions<GatewaySettings> settings, TimeProvider clock)
{
    // Long enough for what is held now to be answered.
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _timeout = settings.Value.Receiving.BodyTimeout;

    /// <summary>Reads and proves a call.</summary>
    /// <returns>Either the proven call, or why it is refused.</returns>
    /// <exception cref="OperationCanceledException">The sender went away.</exception>
    public async Task<(ProvenCall? Call, Refusal? Refused)> ReadAsync(Source source, HttpContext call, HeldBytes held)
    {
        if (!ContentCoding.IsKnown(call.Request, out var coding))
        {
            var text = $"The content coding {ContentCoding.Shown(coding)} is not decoded here: send {ContentCoding.Accepted}, or none.";
            return (null, Refusal.Of(Verdict.UnknownCoding, Problem.Error("not-supported", text), isProven: false));
        }

        var (body, fault) = await RawBody.ReadAsync(call.Request, source.Vendor.MaxBodyBytes, _timeout, held.TryTake, call.RequestAborted);
        if (fault != BodyFault.None) return (null, Of(fault, source, isProven: false));

        if (await BearerTokens.IsValidAsync(source, call) is not { } hasValidToken) return (null, ProofUnavailable());
        var asItCame = new UnprovenCall(LookupOf(call.Request.Headers), body, clock.GetUtcNow(), hasValidToken);
        var isProven = source.IsProvenBy(asItCame);
        if (coding.Length > 0) return await DecodedAsync(source, asItCame, isProven, coding, held);
        return isProven ? (new ProvenCall(body, coding, asItCame, body.Length), null) : (null, Unproven(""));
    }

    // Where the vendor's page does not say over which bytes it signs, both are tried.
    private static async Task<(ProvenCall? Call, Refusal? Refused)> DecodedAsync(
        Source source, UnprovenCall asItCame, bool isProven, string coding, HeldBytes held)
    {
        var travelled = asItCame.Body.Length;
        ReadOnlyMemory<byte> decoded;
        BodyFault fault;
        try
        {
            (decoded, fault) = await ContentCoding.DecodeAsync(asItCame.Body, coding, source.Vendor.MaxBodyBytes, held.TryTake);
        }
        catch (InvalidDataException broken)
        {
            return (null, isProven
                ? Refusal.Of(Verdict.Malformed, Problem.Error("structure", broken.Message), isProven) with { TravelledBytes = travelled }
                : Unproven($" {broken.Message}"));
        }

        if (fault != BodyFault.None) return (null, Of(fault, source, isProven) with { TravelledBytes = travelled });
        var before = asItCame with { Body = decoded };
        if (!isProven && !source.IsProvenBy(before)) return (null, Unproven($" Both the {coding} bytes and what they hold were tried."));
        return (new ProvenCall(decoded, coding, isProven ? asItCame : before, travelled), null);
    }

    private static Refusal Of(BodyFault fault, Source source, bool isProven) => fault switch
    {
        BodyFault.TooLong => Refusal.Of(Verdict.TooLarge, source.Vendor.BodyTooLong, isProven),
        BodyFault.TooSlow => Refusal.Of(Verdict.TooSlow, Problem.Error("timeout", "The body did not come in time."), isProven),
        _ => Busy(isProven),
    };

    private static Refusal Busy(bool isProven)
    {
        var later = Problem.Error("throttled", "The gateway holds as many bodies as it may: send it again.");
        return Refusal.Of(Verdict.Busy, later, isProven) with { RetryAfter = ComeAgain };
    }

    private static Refusal Unproven(string also)
    {
        var text = $"The call does not prove its sender: a key or signature is missing or wrong.{also}";
        return Refusal.Of(Verdict.Unproven, Problem.Error("login", text), isProven: false);
    }

    private static Refusal ProofUnavailable()
    {
        var later = Problem.Error("transient", "The issuer of the source's tokens can't be asked: send it again.");
        return new Refusal(Verdict.Busy, "issuer-unavailable", [later], IsProven: false) { RetryAfter = ComeAgain };
    }

    private static ILookup<string, string> LookupOf(IHeaderDictionary headers) => headers
        .SelectMany(header => header.Value, (header, value) => (Name: header.Key, Value: value ?? ""))
        .ToLookup(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
}
