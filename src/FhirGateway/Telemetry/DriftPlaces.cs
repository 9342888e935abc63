using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace FhirGateway.Telemetry;

/// <summary>
/// Pointers to unknown fields as a metric may carry them: items of lists are one place, and a source has so many places and no more. A
/// key is
/// a sender's own word; one that looks like anything else than a field's name is counted under no name.
/// </summary>
internal sealed partial class DriftPlaces
{
    private const string Other = "(other)";
    private const int MostPlaces = 100;
    private const int LongestPlace = 120;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _places = new(StringComparer.Ordinal);

    public string Of(string source, string pointer)
    {
        var place = Index().Replace(pointer, "/*");
        if (place.Length > LongestPlace || !FieldNames().IsMatch(place)) return Other;
        var known = _places.GetOrAdd(source, _ => new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
        return known.ContainsKey(place) || (known.Count < MostPlaces && known.TryAdd(place, true)) ? place : Other;
    }

    [GeneratedRegex(@"/\d+(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Index();

    // No long run of digits either: that is a number of something.
    [GeneratedRegex(@"^(?!.*\d{5})[\p{L}\p{Nd} _.\-&()~/*]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldNames();
}
