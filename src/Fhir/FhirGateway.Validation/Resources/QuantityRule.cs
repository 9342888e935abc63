using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Resources;

/// <summary>Quantities: the unit's code is one of its system.</summary>
internal sealed class QuantityRule : Rule
{
    public override string Describe() => "has a unit code that its system has";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("system") is not { } system || focus.Text("code") is not { } code) return;
        var answer = run.Terminology.CheckSystem(system, code);
        if (answer.Membership == Membership.No) run.Report(CodeFindings.UnknownUnit(answer.Reason), focus, demandedBy);
        else if (answer.Membership == Membership.Unknown)
        {
            run.Report(CodeFindings.UnitUnchecked(system, code, answer.Reason), focus, demandedBy);
        }
    }
}
