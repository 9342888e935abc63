namespace FhirGateway.Validation.Instances;

/// <summary>Finds one of an element's repetitions by its place.</summary>
internal static class Repetitions
{
    /// <summary>
    /// The item at a place; null when there is none. An element may repeat a hundred thousand times, so none is passed one by one.
    /// </summary>
    /// <param name="items">In the order of their places, which may have gaps: JSON's null takes a place and is not an item.</param>
    /// <param name="place">From 0; -1 for what does not repeat, which is the first item.</param>
    /// <param name="placeOf">An item's place; -1 when it does not repeat.</param>
    public static T? At<T>(IReadOnlyList<T> items, int place, Func<T, int> placeOf)
        where T : class
    {
        if (items.Count == 0) return null;
        if (place < 0 || placeOf(items[0]) < 0) return items[0];
        var (low, high) = (0, Math.Min(place, items.Count - 1));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (placeOf(items[middle]) <= place) low = middle;
            else high = middle - 1;
        }

        return placeOf(items[low]) == place ? items[low] : null;
    }
}
