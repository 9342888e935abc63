using System.Globalization;
using System.Text.Json;
using FhirGateway.Mapping.Json;
using FhirGateway.Mapping.Rules;

namespace FhirGateway.Mapping;

/// <summary>
/// Items of an event that can't go out with the others: each is an event by itself, so that it waits or fails alone. The key of a part says
/// which items it is about: a delivery recorded under it means the same whatever later releases think of the items.
/// </summary>
internal static class Parting
{
    // Each owes a delivery. With more of them these are no longer a few odd items: all wait together.
    private const int MostApart = 200;

    private const string Only = "|only ";
    private const string Without = "|without ";

    /// <summary>An event as the parts in which it goes out; itself when no item stands apart.</summary>
    /// <param name="rule">What makes a resource of each item.</param>
    public static IEnumerable<VendorEvent> PartsOf(VendorEvent e, CreateRule rule)
    {
        var items = rule.Pointer!;
        if (JsonPointer.Find(e.Body, items) is not { ValueKind: JsonValueKind.Array } list) return [e];
        var apart = list.EnumerateArray().Index().Where(item => rule.IsStopped(item.Item)).Select(item => item.Index).ToList();
        if (apart.Count is 0 or > MostApart || list.GetArrayLength() == 1) return [e];
        var parts = apart.Select(index => Part(e, Only, items, [index]));
        return apart.Count == list.GetArrayLength() ? parts : parts.Prepend(Part(e, Without, items, apart));
    }

    /// <summary>The part of an event that a key names; null when it names none.</summary>
    public static VendorEvent? PartNamed(VendorEvent whole, string key)
    {
        if (key == whole.Key) return whole;
        foreach (var kind in new[] { Only, Without })
        {
            if (!key.StartsWith(whole.Key + kind, StringComparison.Ordinal)) continue;
            var words = key[(whole.Key.Length + kind.Length)..].Split(' ');
            return Part(whole, kind, words[0], [.. words[1..].Select(index => int.Parse(index, CultureInfo.InvariantCulture))]);
        }

        return null;
    }

    private static VendorEvent Part(VendorEvent e, string kind, string items, IReadOnlyList<int> indexes)
    {
        var pointers = indexes.Select(index => JsonPointer.Append(e.Pointer + items, index)).ToHashSet(StringComparer.Ordinal);
        return e with
        {
            Key = $"{e.Key}{kind}{items} {string.Join(' ', indexes)}",
            Whole = e,
            Content = e.Content,
            Takes = kind == Only ? pointers.Contains : pointer => !pointers.Contains(pointer),
        };
    }
}
