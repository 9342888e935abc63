namespace FhirGateway.FhirPath.Functions;

/// <summary>
/// Sorts by merging. The framework's sort wraps an exception of the comparison in one of its own, and needs an order
/// between any two items, while dates of different precision have none.
/// </summary>
internal static class StableSort
{
    /// <summary>Sorts in place; items that compare as equal stay in their order.</summary>
    public static void Sort<T>(T[] items, Comparison<T> comparison)
    {
        var (from, to) = (items, new T[items.Length]);
        for (var width = 1; width < items.Length; width *= 2)
        {
            for (var start = 0; start < items.Length; start += 2 * width)
            {
                Merge(from, to, start, Math.Min(start + width, items.Length), Math.Min(start + (2 * width), items.Length), comparison);
            }

            (from, to) = (to, from);
        }

        if (!ReferenceEquals(from, items)) from.CopyTo(items, 0);
    }

    private static void Merge<T>(T[] from, T[] to, int start, int middle, int end, Comparison<T> comparison)
    {
        var (left, right) = (start, middle);
        for (var i = start; i < end; i++)
        {
            var takeLeft = left < middle && (right == end || comparison(from[left], from[right]) <= 0);
            to[i] = takeLeft ? from[left++] : from[right++];
        }
    }
}
