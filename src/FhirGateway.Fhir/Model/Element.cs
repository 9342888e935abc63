using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Model;

/// <summary>Base of everything inside a resource: it may carry an id for internal references, and extensions.</summary>
public abstract class Element : Base
{
    /// <summary>Unique id for inter-element referencing.</summary>
    public string? ElementId { get; set; }

    /// <summary>Additional content defined by implementations.</summary>
    public List<Extension> Extension { get => _extension ??= []; set => _extension = value; }
    private List<Extension>? _extension;

    internal bool HasIdOrExtension => ElementId is not null || _extension is { Count: > 0 };

    internal override bool ReadMember(ref FhirJsonReader reader, scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "id": ElementId = reader.Text(ElementId); return true;
            case "extension": _extension = reader.Complexes(_extension); return true;
            default: return false;
        }
    }

    internal override void WriteMembers(FhirJsonWriter writer)
    {
        writer.Text(ElementNames.Id, ElementId);
        writer.Complexes(ElementNames.Extension, _extension);
    }
}
