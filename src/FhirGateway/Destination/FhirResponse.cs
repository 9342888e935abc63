using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>What a FHIR server answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ETag">The version tag as sent, such as <c>W/"3"</c>; null when none.</param>
/// <param name="Location">Where the resource is now; null when not said.</param>
/// <param name="RetryAfter">How long the server asks to be left alone, from Retry-After or else RateLimit; null when it doesn't.</param>
/// <param name="RequestId">X-Request-Id as answered; null when none.</param>
/// <param name="Bytes">The body as received; empty when there was none.</param>
/// <param name="Body">The body as JSON; null when it is empty or not JSON that can be relied on (<c>ForeignJson</c>).</param>
public sealed partial record FhirResponse(
    int Status,
    string? ETag,
    string? Location,
    TimeSpan? RetryAfter,
    string? RequestId,
    ReadOnlyMemory<byte> Bytes,
    JsonElement? Body)
{
    // Most answers are searches', which are read as JSON: the SDK reads what somebody asks it for.
    private readonly Lazy<Resource?> _resource = new(() => Body is null ? null : Lenient.Read(Bytes.Span, FhirClient.MaxDepth));

    /// <summary>
    /// The body as the SDK reads it, leniently; null when it is not a resource of R4. Its getters may throw: ask through <c>Lenient</c>.
    /// </summary>
    public Resource? Resource => _resource.Value;

    /// <summary>The OperationOutcome's issues when the body is one; else empty.</summary>
    public IReadOnlyList<OutcomeIssue> Issues =>
        Body is { } body && Json.Text(body, "resourceType") == "OperationOutcome" ? OutcomeIssue.ReadAll(Resource) : [];

    /// <summary>The status is 2xx. For a transaction that is not enough: see <see cref="TransactionOutcome"/>.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    internal static FhirResponse Of(HttpResponseMessage answer, ReadOnlyMemory<byte> bytes, JsonElement? body) => new(
        (int)answer.StatusCode,
        Header(answer, "ETag"),
        Header(answer, "Location") ?? Header(answer, "Content-Location"),
        Delay(answer),
        Header(answer, "X-Request-Id"),
        bytes,
        body);

    // As sent: HttpClient's typed headers drop what it finds malformed, such as an ETag without quotes.
    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.First()
            : null;

    internal static TimeSpan? Delay(HttpResponseMessage answer)
    {
        if (answer.Headers.RetryAfter is { } after)
        {
            // By the server's own clock, so that the difference of ours doesn't count.
            var delay = after.Delta ?? after.Date - answer.Headers.Date;
            if (delay is { } value) return value > TimeSpan.Zero ? value : TimeSpan.Zero;
        }

        // Medplum's 429 has no Retry-After but draft-ietf-httpapi-ratelimit-headers: "policy";r=0;t=42.
        return Header(answer, "RateLimit") is { } limit && Reset().Match(limit) is { Success: true } reset
            ? TimeSpan.FromSeconds(int.Parse(reset.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : null;
    }

    [GeneratedRegex(@";\s*r=0\s*;\s*t=([0-9]{1,7})\b")]
    private static partial Regex Reset();
}
