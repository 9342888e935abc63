using FhirGateway.Fhir.Serialization;

namespace FhirGateway.Fhir.Model;

/// <summary>Anything FHIR defines: a resource, a datatype, a component inside one.</summary>
public abstract class Base
{
    /// <summary>FHIR's name of the type (string, CodeableConcept, Composition), or the path of a component (Composition.section).</summary>
    public abstract string TypeName { get; }

    /// <summary>Reads the value of the named JSON property into this object; false when the type has no such element.</summary>
    internal virtual bool ReadMember(ref FhirJsonReader reader, scoped ReadOnlySpan<char> name) => false;

    /// <summary>Writes every element that has content, in the definition's order.</summary>
    internal virtual void WriteMembers(FhirJsonWriter writer)
    {
    }
}
