using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Validation.Schemas;

/// <summary>
/// Gives the elements of a definition their ids (<c>Patient.extension:race.url</c>) from path, order and slice names:
/// hand-written differentials leave ids out or get them wrong.
/// </summary>
internal sealed class ElementIds
{
    private readonly Dictionary<string, string> _current = new(StringComparer.Ordinal);

    public string Next(StructureElement element)
    {
        var path = element.Path;
        foreach (var deeper in _current.Keys.Where(key => key.Length > path.Length && key[path.Length] == '.' && key.StartsWith(path, StringComparison.Ordinal)).ToList()) _current.Remove(deeper);
        var id = Parent(path) + Last(path) + (element.SliceName is null ? "" : ":" + element.SliceName);
        _current[path] = id;
        return id;
    }

    private string Parent(string path)
    {
        var dot = path.LastIndexOf('.');
        if (dot < 0) return "";
        var parent = path[..dot];
        return (_current.TryGetValue(parent, out var id) ? id : Parent(parent) + Last(parent)) + ".";
    }

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
