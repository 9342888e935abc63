using System.Globalization;

namespace FhirGateway.Fhir.Packages;

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
        var allowed = available.Where(version => Allows(requested, version)).OrderDescending(Comparer<string>.Create(Compare)).ToList();
        return allowed.Find(version => !version.Contains('-', StringComparison.Ordinal)) ?? allowed.FirstOrDefault();
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

    private static int CompareParts(string[] left, string[] right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            if (i >= left.Length) return -1;
            if (i >= right.Length) return 1;
            var leftIsNumber = long.TryParse(left[i], NumberStyles.None, CultureInfo.InvariantCulture, out var leftNumber);
            var rightIsNumber = long.TryParse(right[i], NumberStyles.None, CultureInfo.InvariantCulture, out var rightNumber);
            var order = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => leftNumber.CompareTo(rightNumber),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0) return order;
        }

        return 0;
    }
}
