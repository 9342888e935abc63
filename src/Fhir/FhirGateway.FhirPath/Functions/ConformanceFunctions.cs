using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.FhirPath.Functions;

/// <summary>What FHIR adds to FHIRPath about definitions (R4, §2.9.1.3).</summary>
internal static class ConformanceFunctions
{
    public static readonly Function[] All =
    [
        new("conformsTo", 1, 1, ConformsTo),
        new("slice", 2, 2, Slice),
        new("elementDefinition", 0, 0, ElementDefinition),
    ];

    // Without a validator only the core types can be judged, by their names.
    private static Collection ConformsTo(in Call call)
    {
        if (call.Single() is not { } item || call.TextArgument(0) is not { } profile) return Collection.Empty;
        if (call.Evaluation.Context.ConformsTo is { } judge && judge(item, profile) is { } verdict) return Collection.Of(verdict);
        return R4Types.Find(profile) is { IsConstraint: false } type
            ? Collection.Of(R4Types.IsSubtypeOf(item.Type.Name, type.Type))
            : throw call.Error($"The profile {profile} is not known here");
    }

    private static Collection Slice(in Call call)
    {
        if (call.Input.IsEmpty || call.TextArgument(0) is not { } structure || call.TextArgument(1) is not { } name)
        {
            return Collection.Empty;
        }

        var judge = call.Evaluation.Context.IsInSlice ?? throw call.Error("slice() needs a validator, and the evaluation was given none");
        var found = new CollectionBuilder();
        foreach (var item in call.Input)
        {
            call.Charge(1);
            if (judge(item, structure, name) ?? throw call.Error($"The slice {name} of {structure} is not known here")) found.Add(item);
        }

        return found.ToCollection();
    }

    /// <summary>
    /// R4's definition of each element in its place: for <c>Patient.name</c>, that of the place and not HumanName's. As R4 is embedded,
    /// without prose: path, min, max, type, binding, constraint, isModifier and the like. Nothing for a value that an expression made.
    /// </summary>
    private static Collection ElementDefinition(in Call call)
    {
        var found = new CollectionBuilder();
        foreach (var item in call.Input)
        {
            call.Charge(Tree.Evaluation.NodeCost);
            if (item is ElementNode element && R4Types.ElementDefinition(element.DefinitionPath) is { } definition)
            {
                found.Add(FhirNode.Of(definition, "ElementDefinition"));
            }
        }

        return found.ToCollection();
    }
}
