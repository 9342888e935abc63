using FhirGateway.Fhir.Model;

namespace FhirGateway.Fhir;

/// <summary>A place in a resource, whatever its type: what a list of mapping rules holds. <see cref="Element{T}"/> is the typed form.</summary>
public abstract class ElementPath
{
    private protected ElementPath(string path, Type elementType, bool isRepeating)
    {
        Path = path;
        ElementType = elementType;
        IsRepeating = isRepeating;
    }

    /// <summary>The FHIRPath, such as Composition.section.code or MedicationStatement.medication.ofType(CodeableConcept).</summary>
    public string Path { get; }

    /// <summary>The class of the model that the element has.</summary>
    public Type ElementType { get; }

    /// <summary>Whether the element may occur several times here, so that setting it adds one.</summary>
    public bool IsRepeating { get; }

    /// <summary>The name of the resource type that the path starts from.</summary>
    public string ResourceType => Path.Split('.', 2)[0];

    public override string ToString() => Path;

    /// <summary>The element, or the first of several; null when it is not there.</summary>
    /// <exception cref="ArgumentException">The root is of another type than the path starts from.</exception>
    public abstract Base? Find(Base root);

    /// <summary>The element, or the last of several; made when it is not there, with everything that leads to it.</summary>
    public abstract Base GetOrMake(Base root);
}
