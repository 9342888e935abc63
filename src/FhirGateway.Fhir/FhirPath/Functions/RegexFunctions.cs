using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.FhirPath.Nodes;

namespace FhirGateway.Fhir.FhirPath.Functions;

/// <summary>Regular expressions (FHIRPath N1 §5.6.9): case matters, and a point matches a line's end too.</summary>
internal static class RegexFunctions
{
    private const int MaxCached = 512;

    /// <summary>A pattern may take this long on a text; what takes longer is hostile or broken.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(250);

    private static readonly ConcurrentDictionary<string, Regex> Cache = new(StringComparer.Ordinal);

    public static readonly Function[] All =
    [
        new("matches", 1, 2, (in Call call) => IsMatch(call, whole: false)),
        new("matchesFull", 1, 2, (in Call call) => IsMatch(call, whole: true)),
        new("replaceMatches", 2, 3, Replace),
    ];

    private static Collection IsMatch(in Call call, bool whole)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } pattern) return Collection.Empty;
        var regex = Find(whole ? $"^(?:{pattern})$" : pattern, call);
        return Run(call, () => Collection.Of(regex.IsMatch(text)));
    }

    private static Collection Replace(in Call call)
    {
        if (call.Text() is not { } text || call.TextArgument(0) is not { } pattern || call.TextArgument(1) is not { } substitution) return Collection.Empty;
        if (pattern.Length == 0) return Collection.Of(text);
        var regex = Find(pattern, call);
        var replaced = Run(call, () => Collection.Of(regex.Replace(text, substitution)));
        call.Charge(((string)replaced[0].Value!).Length / 16);
        return replaced;
    }

    private static Collection Run(in Call call, Func<Collection> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException)
        {
            throw call.Error($"The regular expression takes longer than {Timeout.TotalMilliseconds:0} ms on this text");
        }
    }

    private static Regex Find(string pattern, in Call call)
    {
        if (Cache.TryGetValue(pattern, out var known)) return known;
        Regex regex;
        try
        {
            regex = new Regex(pattern, RegexOptions.Singleline | RegexOptions.CultureInvariant, Timeout);
        }
        catch (ArgumentException error)
        {
            throw call.Error($"Not a regular expression: {error.Message}");
        }

        if (Cache.Count < MaxCached) Cache[pattern] = regex;
        return regex;
    }
}
