using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>Only these of the types that the core allows.</summary>
internal sealed class TypeRule(IReadOnlyList<string> types) : Rule
{
    /// <summary>The rule of a profile's element; null when it leaves the types as they are.</summary>
    public static TypeRule? Of(StructureElement element, StructureElement? core)
    {
        // Ids, urls and primitive values are of one System type, however the definition spells it.
        if (element.Types.Count == 0 || element.Types[0].IsSystem) return null;
        var types = element.Types.Select(type => type.Code).Distinct().ToList();
        if (core is not null && core.Types.All(type => types.Contains(type.Code))) return null;
        return new TypeRule(types);
    }

    public override string Describe() => $"is a {string.Join(" or ", types)}";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        foreach (var type in types)
        {
            if (type == focus.Type || R4Types.IsSubtypeOf(focus.Type, type) || type is "BackboneElement" or "Element") return;
        }

        run.Report(ElementFindings.WrongType(focus.Type, types), focus, demandedBy);
    }
}
