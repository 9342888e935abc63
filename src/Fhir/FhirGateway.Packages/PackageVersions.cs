namespace FhirGateway.Packages;

/// <summary>Order and choice of package versions: semantic versions with FHIR's <c>x</c> wildcards.</summary>
public static class PackageVersions
{
    /// <summary>Whether a request names more than one version (<c>latest</c>, <c>6.x</c>, <c>6.1.*</c>).</summary>
    public static bool IsOpen(string requested) =>
        requested == "latest" || requested.Split('.').Any(part => part is "x" or "X" or "*");

    /// <summary>
    /// The highest of <paramref name="available"/> that <paramref name="requested"/> allows; null when there is none.
    /// A pre-release is chosen only when it is asked for by name, or when nothing else is left.
    /// </summary>
    public static string? Choose(string requested, IEnumerable<string> available)
    {
        // One pass: a registry may list any number.
        (string? release, string? any) = (null, null);
        foreach (var version in available)
        {
            if (!Allows(requested, version)) continue;
            if (any is null || Compare(version, any) > 0) any = version;
            if (!version.Contains('-', StringComparison.Ordinal) && (release is null || Compare(version, release) > 0)) release = version;
        }

        return release ?? any;
    }

    /// <summary>Semantic version precedence: numbers by value, a pre-release below its release.</summary>
    public static int Compare(string? left, string? right)
    {
        var (leftCore, leftTag) = Split(left ?? "");
        var (rightCore, rightTag) = Split(right ?? "");
        var core = CompareParts(leftCore.Split('.'), rightCore.Split('.'));
        if (core != 0) return core;
        if (leftTag.Length == 0 || rightTag.Length == 0) return rightTag.Length.CompareTo(leftTag.Length);
        return CompareParts(leftTag.Split('.'), rightTag.Split('.'));
    }

    private static bool Allows(string requested, string version)
    {
        if (requested == "latest" || requested == version) return true;
        if (!IsOpen(requested)) return false;
        var wanted = requested.Split('.');
        var actual = Split(version).Core.Split('.');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] is "x" or "X" or "*") return true;
            if (i >= actual.Length || wanted[i] != actual[i]) return false;
        }

        return true;
    }

    private static (string Core, string Tag) Split(string version)
    {
        var withoutBuild = version.Split('+')[0];
        var dash = withoutBuild.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? (withoutBuild, "") : (withoutBuild[..dash], withoutBuild[(dash + 1)..]);
    }

    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit);

    // Of any length: of two without leading zeros, the longer is the larger.
    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);

    private static int CompareParts(string[] left, string[] right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            if (i >= left.Length) return -1;
            if (i >= right.Length) return 1;
            var order = (IsNumber(left[i]), IsNumber(right[i])) switch
            {
                (true, true) => CompareNumbers(left[i].AsSpan().TrimStart('0'), right[i].AsSpan().TrimStart('0')),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0) return order;
        }

        return 0;
    }
}
