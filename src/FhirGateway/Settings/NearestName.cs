namespace FhirGateway.Settings;

/// <summary>What a misspelt name was probably meant to be.</summary>
public static class NearestName
{
    /// <summary>"did you mean X?", or, where none is near, "it is one of X, Y, Z."; empty where there is none to choose from.</summary>
    public static string Advice(string wrong, IEnumerable<string> names)
    {
        List<string> known = [.. names.Order(StringComparer.OrdinalIgnoreCase)];
        if (known.Count == 0) return "";
        var nearest = known.MinBy(name => Distance(wrong, name))!;
        return Distance(wrong, nearest) <= Math.Max(1, nearest.Length / 2)
            ? $"did you mean {nearest}?"
            : $"it is one of {string.Join(", ", known)}.";
    }

    /// <summary>Whether a name is another one with a slip of the hand or two.</summary>
    public static bool IsNear(string wrong, string name) => Distance(wrong, name) <= 2;

    /// <summary>
    /// How many letters must be put in, taken out or changed to make one name the other, whatever their case (Levenshtein).
    /// </summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var change = diagonal + (char.ToUpperInvariant(one[i - 1]) == char.ToUpperInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
