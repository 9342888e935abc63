using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace FhirGateway.FhirPath.Functions;

/// <summary>
/// A regular expression that comes from elsewhere and must not hang. It is tried as .NET usually does, which is quickest for
/// nearly all. What then takes long is done in time linear to the text, with the same answer, so that no answer depends on how busy
/// the machine is. That is impossible for look-around, back-references and huge counts: for those, text and time are limited.
/// </summary>
internal sealed class BoundedRegex
{
    private const int MaxPattern = 10_000;
    private const int MaxCached = 256;
    private const RegexOptions Options = RegexOptions.Singleline | RegexOptions.CultureInvariant;

    // Backtracking keeps a place for each character passed, and looks at its clock too seldom for a long text.
    private const int QuickText = 10_000;
    private const int BacktrackingText = 100_000;

    private static readonly TimeSpan QuickTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BacktrackingTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinearTime = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, BoundedRegex> Cache = new(StringComparer.Ordinal);

    private readonly Regex _quick;
    private readonly Lazy<Regex> _thorough;
    private volatile bool _isSlow;

    private BoundedRegex(string pattern)
    {
        _quick = new Regex(pattern, Options, QuickTime);
        _thorough = new(() => Thorough(pattern));
    }

    /// <summary>The compiled pattern, from a bounded cache when it was compiled before.</summary>
    /// <exception cref="ArgumentException">It is not a valid regular expression, or is too long.</exception>
    public static BoundedRegex Of(string pattern)
    {
        if (pattern.Length > MaxPattern) throw new ArgumentException($"it has more than {MaxPattern} characters");
        if (Cache.TryGetValue(pattern, out var known)) return known;
        var regex = new BoundedRegex(pattern);
        // When it is full, patterns come without end, perhaps from data. Dropping all costs only compiling again.
        if (Cache.Count >= MaxCached) Cache.Clear();
        return Cache[pattern] = regex;
    }

    /// <summary>What <paramref name="match"/> finds in a text; it may be called twice.</summary>
    /// <exception cref="RegexMatchTimeoutException">It takes too long.</exception>
    /// <exception cref="ArgumentException">The text is too long for such a pattern.</exception>
    public T Run<T>(string text, Func<Regex, string, T> match)
    {
        if (!_isSlow && text.Length <= QuickText)
        {
            try
            {
                return match(_quick, text);
            }
            catch (RegexMatchTimeoutException)
            {
                _isSlow = true;
            }
        }

        var thorough = _thorough.Value;
        var isLinear = thorough.Options.HasFlag(RegexOptions.NonBacktracking);
        if (!isLinear && text.Length > BacktrackingText)
        {
            throw new ArgumentException(
                $"one with look-around, back-references or huge counts can't be tried on more than {BacktrackingText} characters");
        }

        return match(thorough, text);
    }

    private static Regex Thorough(string pattern)
    {
        try
        {
            return new Regex(pattern, Options | RegexOptions.NonBacktracking, LinearTime);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, Options, BacktrackingTime);
        }
    }
}
