using System.Text;
using FhirGateway.Mapping;

namespace FhirGateway.Destination;

/// <summary>What the ledger keeps of a refusal: the destination's issues, errors first, or its own words where it gives no issue.</summary>
internal static class KeptRefusal
{
    /// <summary>No more bytes than this are kept of one answer, as JSON in UTF-8.</summary>
    public const int MostBytes = 64 * 1024;

    private const int RoomForTheLastWord = 1024;
    private const int LongestWord = 256;

    /// <summary>JSON of an OperationOutcome.</summary>
    /// <param name="reason">Why the delivery is dead, in words.</param>
    public static string Of(string reason, FhirResponse answer, IReadOnlyList<OutcomeIssue> issues)
    {
        List<Problem> said = issues.Count == 0
            ? [Problem.Error("processing", $"{reason}, and gave no OperationOutcome."), .. Words(answer)]
            : [.. issues.OrderByDescending(issue => issue.IsError).Select(Said)];
        var kept = new List<Problem>();
        var room = MostBytes - RoomForTheLastWord;
        foreach (var problem in said)
        {
            var fitting = Fitting(problem, room);
            if (fitting is not null) kept.Add(fitting);
            if (fitting is null || fitting.Text.Length < problem.Text.Length)
            {
                kept.Add(new Problem(
                    ProblemSeverity.Information,
                    "informational",
                    $"The destination's answer is cut: {kept.Count} of {said.Count} issues are kept, within {MostBytes / 1024} KB.",
                    null));
                break;
            }

            room -= SizeOf(fitting);
        }

        return OutcomeJson.Text(kept);
    }

    private static Problem Said(OutcomeIssue issue) => new(
        issue.IsError ? ProblemSeverity.Error : issue.Severity == "warning" ? ProblemSeverity.Warning : ProblemSeverity.Information,
        Cut(issue.Code, LongestWord),
        issue.Text,
        issue.Location is { } location ? Cut(location, LongestWord) : null);

    private static IEnumerable<Problem> Words(FhirResponse answer)
    {
        if (answer.Bytes.IsEmpty) yield break;
        yield return new Problem(ProblemSeverity.Information, "informational", Encoding.UTF8.GetString(answer.Bytes.Span), null);
    }

    /// <summary>The problem, its text cut to what there is room for; null when there is no room for a text.</summary>
    private static Problem? Fitting(Problem problem, int room)
    {
        // A byte has one character at most, and a character may take six bytes as JSON: what is cut first is not measured whole.
        var fitting = problem with { Text = Cut(problem.Text, Math.Max(room, 0)) };
        while (SizeOf(fitting) > room)
        {
            if (fitting.Text.Length == 0) return null;
            fitting = fitting with { Text = Cut(fitting.Text, fitting.Text.Length / 2) };
        }

        return fitting;
    }

    private static string Cut(string text, int length) =>
        text.Length <= length ? text
        : length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)]
        : text[..length];

    private static int SizeOf(Problem problem) => Encoding.UTF8.GetByteCount(OutcomeJson.Text(problem));
}
