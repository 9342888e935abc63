using FhirGateway.Destination;
using FhirGateway.Ledger;

namespace FhirGateway.Pipeline;

/// <summary>One search for much that parked deliveries wait for.</summary>
/// <param name="Search">Its values are alternatives: <c>Patient?identifier=a,b,c</c>.</param>
/// <param name="Each">What each of them was parked for.</param>
public sealed record AwaitedSearch(Condition Search, IReadOnlyList<(Condition Condition, Awaited Awaited)> Each)
{
    // Servers and proxies limit a URL, some at 2,048 characters; and a search for very many is slow.
    private const int LongestQuery = 1800;
    private const int MostNames = 50;

    private static readonly string[] Parameters = ["identifier", "_id"];

    /// <summary>Whether what a delivery is parked for can be searched for together with others.</summary>
    public static bool CanHold(string waitsFor) => ParameterOf(Condition.Parse(waitsFor)) is not null;

    /// <summary>As few searches as there may be.</summary>
    /// <param name="awaited">Each of them <see cref="CanHold"/>.</param>
    public static IEnumerable<AwaitedSearch> Of(IEnumerable<Awaited> awaited)
    {
        var alike = awaited
            .Select(each => (Condition: Condition.Parse(each.Name)!, Awaited: each))
            .GroupBy(each => $"{each.Condition.Type}?{ParameterOf(each.Condition)}=", StringComparer.Ordinal);
        foreach (var group in alike)
        {
            var (each, length) = (new List<(Condition, Awaited)>(), 0);
            foreach (var next in group)
            {
                if (each.Count > 0 && (each.Count == MostNames || length + next.Condition.Text.Length > LongestQuery))
                {
                    yield return Of(group.Key, each);
                    (each, length) = ([], 0);
                }

                each.Add(next);
                length += next.Condition.Text.Length;
            }

            yield return Of(group.Key, each);
        }
    }

    /// <summary>Both halves of it; empty where it is for one alone.</summary>
    public IEnumerable<AwaitedSearch> Halves() => Each.Count == 1
        ? []
        : Each.Chunk((Each.Count + 1) / 2)
            .Select(half => Of(Search.Text[..(Search.Text.IndexOf('=', StringComparison.Ordinal) + 1)], half));

    private static AwaitedSearch Of(string before, IReadOnlyList<(Condition Condition, Awaited Awaited)> each) =>
        new(Condition.Parse(before + string.Join("%2C", each.Select(one => one.Condition.Text[before.Length..])))!, each);

    // Of one parameter, as it is written.
    private static string? ParameterOf(Condition? condition)
    {
        if (condition is null || condition.Text.Contains('&', StringComparison.Ordinal)) return null;
        var query = condition.Text.AsSpan(condition.Type.Length + 1);
        foreach (var name in Parameters)
        {
            var isNamed = query.StartsWith(name, StringComparison.Ordinal) && query.Length > name.Length + 1;
            if (isNamed && query[name.Length] == '=') return name;
        }

        return null;
    }
}
