using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>The value must conform to one of several profiles (a single one is simply walked along).</summary>
internal sealed class AnyProfileRule(IReadOnlyList<ElementType> types) : Rule
{
    public static AnyProfileRule? Of(StructureElement element)
    {
        var types = element.Types.Where(type => type.Profiles.Count > 1).ToList();
        return types.Count == 0 ? null : new AnyProfileRule(types);
    }

    public override string Describe() =>
        string.Join("; ", types.Select(type => $"a {type.Code} conforms to one of {string.Join(", ", type.Profiles)}"));

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        foreach (var type in types)
        {
            if (type.Code != focus.Type && !focus.IsResource) continue;
            foreach (var canonical in type.Profiles)
            {
                // Nothing can fail a profile that nobody knows.
                if (run.Profile(canonical) is not { } profile || run.Conforms(focus, profile)) return;
            }

            run.Report(ElementFindings.InNoProfile(focus.Type, type.Profiles), focus, demandedBy);
        }
    }
}
