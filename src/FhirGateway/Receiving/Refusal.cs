using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Receiving;

/// <summary>Why a call is refused: nothing of it is recorded.</summary>
/// <param name="Verdict">Decides the answer, which the vendor's definition words.</param>
/// <param name="Reason">A word for logs, counts and metrics, of a fixed list.</param>
/// <param name="Problems">What the sender is told. None holds a value of the body.</param>
/// <param name="IsProven">The sender had proven who it is: whoever runs the gateway is told which rule the call broke.</param>
public sealed record Refusal(Verdict Verdict, string Reason, IReadOnlyList<Problem> Problems, bool IsProven)
{
    /// <summary>When the sender should come again; null where that would change nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body's length as it travelled; 0 where it was not read to its end.</summary>
    public int TravelledBytes { get; init; }

    /// <summary>The message as read; null when it was not read.</summary>
    public Reading? Reading { get; init; }

    /// <summary>By a limit, for which nobody needs a log line each.</summary>
    public bool IsByLimit => Verdict is Verdict.TooMany or Verdict.Busy;

    /// <summary>A refusal with one problem; the reason is the verdict's own word.</summary>
    public static Refusal Of(Verdict verdict, Problem problem, bool isProven) => new(verdict, WordFor(verdict), [problem], isProven);

    /// <summary>A proven message that breaks a rule of its vendor.</summary>
    public static Refusal Of(Reading reading) => new(
        reading.Verdict,
        reading.Problems.Any(problem => problem.Code == StrictJson.TooDeep) ? "too-deep" : WordFor(reading.Verdict),
        reading.Problems,
        IsProven: true)
    { Reading = reading };

    private static string WordFor(Verdict verdict) => Words.Kebab(verdict.ToString());
}
