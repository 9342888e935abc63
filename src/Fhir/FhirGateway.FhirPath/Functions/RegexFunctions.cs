using System.Diagnostics;
using System.Text.RegularExpressions;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Functions;

/// <summary>Regular expressions (FHIRPath N1 §5.6.9): case matters, and a point matches a line's end too.</summary>
internal static class RegexFunctions
{
    /// <summary>
    /// What the time of matching costs: only time shows what a pattern does. The usual few microseconds hardly count; seconds spend
    /// any budget.
    /// </summary>
    private const int StepsPerMicrosecond = 4;

    public static readonly Function[] All =
    [
        new("matches", 1, 2, (in Call call) => IsMatch(call, whole: false)),
        new("matchesFull", 1, 2, (in Call call) => IsMatch(call, whole: true)),
        new("replaceMatches", 2, 3, Replace),
    ];

    private static Collection IsMatch(in Call call, bool whole)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } pattern) return Collection.Empty;
        return Collection.Of(Run(call, whole ? $"^(?:{pattern})$" : pattern, text, static (regex, text) => regex.IsMatch(text)));
    }

    private static Collection Replace(in Call call)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } pattern || call.TextArgument(1) is not { } substitution)
        {
            return Collection.Empty;
        }

        if (pattern.Length == 0) return Collection.Of(text);
        var (evaluation, offset) = (call.Evaluation, call.Offset);
        // "$1" and the like insert parts of the text, each at most the whole.
        var references = substitution.AsSpan().Count('$');
        return Collection.Of(Run(call, pattern, text, (regex, whole) => regex.Replace(whole, match =>
        {
            evaluation.Charge(1, offset);
            if (references > 0) evaluation.ChargeText((long)references * Longest(match, substitution, whole), offset);
            var part = references > 0 ? match.Result(substitution) : substitution;
            evaluation.ChargeText(part.Length, offset);
            return part;
        })));
    }

    // Numbers and names stand for what a group holds; $_, $` and $' for what is around the match.
    private static int Longest(Match match, string substitution, string whole)
    {
        var isAround = substitution.Contains("$_", StringComparison.Ordinal)
            || substitution.Contains("$`", StringComparison.Ordinal)
            || substitution.Contains("$'", StringComparison.Ordinal);
        return isAround ? whole.Length : match.Groups.Values.Max(group => group.Length);
    }

    private static T Run<T>(in Call call, string pattern, string text, Func<Regex, string, T> match)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            return BoundedRegex.Of(CodePoints.HasPairs(text) ? PairedPattern.Of(pattern) : pattern).Run(text, match);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw call.Error($"The regular expression takes longer than {error.MatchTimeout.TotalMilliseconds:0} ms on this text");
        }
        catch (ArgumentException error)
        {
            throw call.Error($"Not a regular expression that can be used: {error.Message}");
        }
        finally
        {
            call.Charge((long)(Stopwatch.GetElapsedTime(start).TotalMicroseconds * StepsPerMicrosecond));
        }
    }
}
