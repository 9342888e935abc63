using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Model;

/// <summary>Base of the components defined inside a resource: adds extensions that can't be ignored.</summary>
public abstract class BackboneElement : Element
{
    /// <summary>Extensions that cannot be ignored even if unrecognized.</summary>
    public List<Extension> ModifierExtension { get => _modifierExtension ??= []; set => _modifierExtension = value; }
    private List<Extension>? _modifierExtension;

    internal override bool ReadMember(ref FhirJsonReader reader, scoped ReadOnlySpan<char> name)
    {
        if (name is not "modifierExtension") return base.ReadMember(ref reader, name);
        _modifierExtension = reader.Complexes(_modifierExtension);
        return true;
    }

    internal override void WriteMembers(FhirJsonWriter writer)
    {
        base.WriteMembers(writer);
        writer.Complexes(ElementNames.ModifierExtension, _modifierExtension);
    }
}
