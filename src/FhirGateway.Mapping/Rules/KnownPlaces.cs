using System.Text.Json;

namespace FhirGateway.Mapping.Rules;

/// <summary>What of a payload the rules know, and what of the rest a note shows all the same.</summary>
internal sealed class KnownPlaces
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _knownBelow = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    /// <summary>A rule reads this value.</summary>
    public void Know(Place place) => _known.Add(place.Pointer);

    /// <summary>A rule reads this value and all that lies in it.</summary>
    public void KnowAll(Place place) => _knownBelow.Add(place.Pointer);

    /// <summary>All that lies here is shown in the note, known or not.</summary>
    public void Show(Place place) => _shown.Add(place.Pointer);

    /// <summary>Adds the pointers to all values below a place that no rule knows.</summary>
    /// <param name="except">A pointer that is not looked at.</param>
    public void AddUnknown(Place place, List<string> unknown, string? except = null)
    {
        if (place.Pointer == except || _knownBelow.Contains(place.Pointer)) return;
        var isLeaf = true;
        foreach (var child in place.Children())
        {
            isLeaf = false;
            AddUnknown(child, unknown, except);
        }

        if (isLeaf && !_known.Contains(place.Pointer)) unknown.Add(place.Pointer);
    }

    /// <summary>
    /// What is neither known nor shown, in the order of the payload and each as large as it can be: an object in which nothing is known
    /// is one place, not as many as it has values.
    /// </summary>
    public IReadOnlyList<Place> Unshown(Place root) => Parts(root) ?? [root];

    // Null: nothing in it is known, and whoever holds it decides whether it is one with its neighbours.
    private List<Place>? Parts(Place place)
    {
        if (_knownBelow.Contains(place.Pointer) || _shown.Contains(place.Pointer)) return [];
        var (parts, isWhole) = (new List<Place>(), !_known.Contains(place.Pointer));
        if (place.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) return isWhole ? null : parts;
        foreach (var child in place.Children())
        {
            if (Parts(child) is { } own)
            {
                parts.AddRange(own);
                isWhole = false;
            }
            else
            {
                parts.Add(child);
            }
        }

        return isWhole ? null : parts;
    }
}
