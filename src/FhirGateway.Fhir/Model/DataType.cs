using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Model;

/// <summary>Base of the reusable types: what a choice element such as value[x] can hold.</summary>
public abstract class DataType : Element
{
}

/// <summary>Base of the few datatypes (Timing, Dosage, …) that may carry extensions that can't be ignored.</summary>
public abstract class BackboneType : DataType
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
