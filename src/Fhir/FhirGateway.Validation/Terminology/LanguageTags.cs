namespace FhirGateway.Validation.Terminology;

/// <summary>
/// BCP 47 language tags, valid in the sense of RFC 5646 (2.2.9): well formed, and of subtags that IANA's registry has. Deprecated ones
/// stay valid.
/// </summary>
public static class LanguageTags
{
    private static readonly Lazy<Dictionary<string, HashSet<string>>> Registry = new(Read);

    /// <summary>Why a text is not a valid language tag; null when it is one.</summary>
    public static string? Fault(string tag)
    {
        if (Has("grandfathered", tag)) return null;
        var parts = tag.Split('-');
        if (!parts.All(part => part.Length is > 0 and <= 8 && part.All(char.IsAsciiLetterOrDigit)))
        {
            return "subtags are one to eight letters and digits, with hyphens between them";
        }

        if (IsPrivateUse(parts, 0)) return null;
        if (!Has("language", parts[0])) return $"'{parts[0]}' is not a registered language";

        var at = 1;
        while (at < parts.Length && at <= 3 && parts[at].Length == 3 && parts[at].All(char.IsAsciiLetter))
        {
            if (!Has("extlang", parts[at])) return $"'{parts[at]}' is not a registered language extension";
            at++;
        }

        if (at < parts.Length && parts[at].Length == 4 && parts[at].All(char.IsAsciiLetter))
        {
            if (!Has("script", parts[at])) return $"'{parts[at]}' is not a registered script";
            at++;
        }

        if (at < parts.Length && (parts[at].Length == 2 || (parts[at].Length == 3 && parts[at].All(char.IsAsciiDigit))))
        {
            if (!Has("region", parts[at])) return $"'{parts[at]}' is not a registered region";
            at++;
        }

        while (at < parts.Length && parts[at].Length >= 4)
        {
            if (!Has("variant", parts[at])) return $"'{parts[at]}' is not a registered variant";
            at++;
        }

        while (IsExtension(parts, at)) at = Skip(parts, at + 1);
        return at == parts.Length || IsPrivateUse(parts, at) ? null : $"'{parts[at]}' is out of place";
    }

    private static bool IsPrivateUse(string[] parts, int at) => at < parts.Length - 1 && parts[at] is "x" or "X";

    private static bool IsExtension(string[] parts, int at) =>
        at < parts.Length - 1 && parts[at].Length == 1 && parts[at] is not ("x" or "X") && parts[at + 1].Length > 1;

    private static int Skip(string[] parts, int at)
    {
        while (at < parts.Length && parts[at].Length > 1) at++;
        return at;
    }

    private static bool Has(string type, string subtag) => Registry.Value[type].Contains(subtag);

    private static Dictionary<string, HashSet<string>> Read()
    {
        using var stream = typeof(LanguageTags).Assembly.GetManifestResourceStream("Languages/subtags.txt")
            ?? throw new InvalidOperationException("The assembly lacks the embedded table Languages/subtags.txt.");
        using var lines = new StreamReader(stream);
        var registry = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var words = line.Split(' ');
            if (!registry.TryGetValue(words[0], out var subtags))
            {
                registry[words[0]] = subtags = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            }

            subtags.UnionWith(words[1..]);
        }

        return registry;
    }
}
