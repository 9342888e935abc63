using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Schemas;

/// <summary>
/// Gives the elements of a definition their ids (<c>Patient.extension:race.url</c>) from path, order and slice names:
/// hand-written differentials leave ids out or get them wrong.
/// </summary>
internal sealed class ElementIds(string url)
{
    // Five times what R4's deepest element has; compiling goes as deep as the id.
    private const int MaxParts = 32;
    private const int MaxReslices = 8;

    private readonly Place _root = new();

    /// <exception cref="SchemaException">The path, or the slice's name, has more parts than any definition needs.</exception>
    public string Next(StructureElement element)
    {
        if (Parts(element.Path) > MaxParts || element.SliceName?.AsSpan().Count('/') > MaxReslices) throw TooDeep(element);
        var (place, id) = (_root, "");
        foreach (var part in element.Path.Split('.'))
        {
            // An element on the way may have been given as a slice.
            id = (place.Id ?? id) + (id.Length == 0 ? "" : ".") + part;
            place = place.Below(part);
        }

        if (element.SliceName is not null) id += ":" + element.SliceName;
        if (Parts(id) > MaxParts) throw TooDeep(element);
        // What comes below a slice is the slice's: the ids below what came before it are done with.
        place.Clear();
        return place.Id = id;
    }

    private static int Parts(string path) => path.AsSpan().Count('.') + 1;

    private SchemaException TooDeep(StructureElement element) =>
        new(
            $"{url} constrains {Words.Shown(element.Path)}, which is deeper than {MaxParts} elements or {MaxReslices} slices within "
                + "slices: "
                + "correct its path and its sliceName.");

    private sealed class Place
    {
        private Dictionary<string, Place>? _below;

        /// <summary>The id last given here; null where no element was.</summary>
        public string? Id { get; set; }

        public Place Below(string part)
        {
            _below ??= new(StringComparer.Ordinal);
            if (!_below.TryGetValue(part, out var place)) _below[part] = place = new Place();
            return place;
        }

        public void Clear() => _below = null;
    }
}
