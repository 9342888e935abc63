using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Checking;

/// <summary>What is known of an expression's items before it is evaluated.</summary>
/// <param name="Models">The FHIR types they may have; null when anything.</param>
/// <param name="System">The System type they have; null when none or not known.</param>
/// <param name="IsUnordered">Whether their order means nothing, as children() gives them.</param>
internal sealed record StaticType(IReadOnlyList<TypeModel>? Models, FhirPathType? System = null, bool IsUnordered = false)
{
    public static StaticType Unknown { get; } = new(Models: null);

    public static StaticType Boolean { get; } = OfSystem(FhirPathType.Boolean);

    public static StaticType Of(TypeModel model) => new([model]);

    public static StaticType OfSystem(FhirPathType type) => new([], type);

    public bool IsKnown => Models is not null;

    /// <summary>Whether the items can be a condition: booleans, or not known.</summary>
    public bool MayBeCondition => Models is null || System == FhirPathType.Boolean || Models.Any(model => model.Name == "boolean");

    public StaticType With(StaticType other)
    {
        if (Models is null || other.Models is null || System != other.System) return Unknown;
        return new StaticType([.. Models.Union(other.Models)], System, IsUnordered || other.IsUnordered);
    }

    public override string ToString() =>
        System?.ToString() ?? (Models is null ? "anything" : string.Join(" or ", Models.Select(model => model.Key)));
}
