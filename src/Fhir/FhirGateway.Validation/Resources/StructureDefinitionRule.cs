using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Profiles as resources: whether they can be used at all, and contradict what they derive from.</summary>
internal sealed class StructureDefinitionRule : Rule
{
    public override string Describe() => "can be compiled when it is a profile, and does not contradict what it derives from";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("derivation") != "constraint" || focus.Text("type") is not { } type || R4Types.Type(type) is null) return;
        if (focus.Json.Member("differential") is null) return;
        foreach (var problem in run.ProblemsOf(Structure.Parse(focus.Json))) run.Report(problem, focus, demandedBy);
    }
}
