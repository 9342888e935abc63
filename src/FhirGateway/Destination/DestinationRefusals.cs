using System.Text.RegularExpressions;

namespace FhirGateway.Destination;

/// <summary>What the refusals of FHIR servers mean, whatever they were asked.</summary>
internal static partial class DestinationRefusals
{
    private const int LongestQuote = 300;

    /// <summary>A refusal that may pass by itself, or once somebody changes the configuration; null for any other.</summary>
    public static TryAgain? Passing(int status, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues)
    {
        var said = $"the destination answered {status}";
        if (status == 409 || (status is >= 400 and < 500 && IsLostRace(issues)))
            return new TryAgain($"{said}: another write was faster", RetryCause.Conflict, answer.RetryAfter);
        return status switch
        {
            401 or 403 or 407 => new TryAgain($"{said}: it refuses the gateway's credentials", RetryCause.Misconfigured, answer.RetryAfter)
            {
                // A 403 may be about one chart: others go out meanwhile.
                AwaitsDestination = status != 403,
            },
            >= 300 and < 400 => new TryAgain($"{said}: is its base URL right?", RetryCause.Misconfigured, answer.RetryAfter),

            // Whoever answers for the server (502, 504) doesn't know whether it is still at work.
            408 or 502 or 504 => new TryAgain(said, RetryCause.Unavailable, answer.RetryAfter) { MayBeAtWork = true },
            425 or 429 or >= 500 or < 200 => new TryAgain(said, RetryCause.Unavailable, answer.RetryAfter),
            404 or 405 when issues.Count == 0 =>
                new TryAgain($"{said}: is its base URL right?", RetryCause.Misconfigured, answer.RetryAfter),
            _ => null,
        };
    }

    /// <summary>A search that was not answered with a search result: it is asked again later.</summary>
    public static TryAgain OfSearch(FhirResponse answer)
    {
        var cause = answer.Status is 408 or 425 or 429 or >= 500 ? RetryCause.Unavailable : RetryCause.Misconfigured;
        var what = answer.IsSuccess ? ", but with no search result that can be read to its end" : "";
        return new TryAgain($"the destination answered {answer.Status} to a search{what}", cause, answer.RetryAfter)
        {
            AwaitsDestination = cause == RetryCause.Unavailable || answer.Status is 401 or 407,
        };
    }

    /// <summary>The server says that the request is too large for it.</summary>
    public static bool IsAboutSize(int status, IReadOnlyList<OutcomeIssue> issues) =>
        status == 413 || (status is >= 400 and < 500 && issues.Any(issue => Size().IsMatch(issue.Text)));

    /// <summary>Its words for that are about how many entries there are, not about their bytes.</summary>
    public static bool IsAboutEntries(IReadOnlyList<OutcomeIssue> issues) =>
        issues.Any(issue => Size().IsMatch(issue.Text) && !Bytes().IsMatch(issue.Text));

    /// <summary>The server says that it does not accept ids from clients.</summary>
    public static bool IsAboutClientIds(IReadOnlyList<OutcomeIssue> issues) => issues.Any(issue => ClientIds().IsMatch(issue.Text));

    /// <summary>What the server said, for a reason that a person reads: its first error.</summary>
    public static string Quote(IReadOnlyList<OutcomeIssue> issues)
    {
        var texts = issues.OrderByDescending(issue => issue.IsError).Select(issue => issue.Text.Trim());
        var words = texts.FirstOrDefault(text => text.Length > 0);
        return words is null ? "" : $": \"{(words.Length <= LongestQuote ? words : words[..LongestQuote] + "…")}\"";
    }

    private static bool IsLostRace(IReadOnlyList<OutcomeIssue> issues) => issues.Any(issue => LostRace().IsMatch(issue.Text));

    // Medplum's words for a lost race of two creates or of two updates, and HAPI's for one of two that would create the same.
    [GeneratedRegex("Assigned ID is already in use|Resource ID did not match resolved ID|HAPI-0550", RegexOptions.IgnoreCase)]
    private static partial Regex LostRace();

    [GeneratedRegex(
        @"too many (entries|operations|resources)|more (\w+ )?(entries|operations|resources) than"
            + @"|(bundle|transaction|batch) (is )?too (large|big)"
            + @"|(maximum|limit)[\w ]{0,40}(entries|operations|bundle size)|(entries|bundle size)[\w ]{0,40}(maximum|limit|exceed)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Size();

    [GeneratedRegex(@"\b(bytes|[KMG]i?B)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Bytes();

    [GeneratedRegex(
        @"client[\w\- ]{0,30}\bids?\b|update[\- ]?as[\- ]?create|create[\- ](as|by|via)[\- ]update|\bupsert",
        RegexOptions.IgnoreCase)]
    private static partial Regex ClientIds();
}
