using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Quantities: the unit's code is one of its system.</summary>
internal static class QuantityRules
{
    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.Text("system") is not { } system || focus.Text("code") is not { } code) return;
        var answer = run.Terminology.CheckSystem(system, code);
        if (answer.Membership == Membership.No) run.Error("code-invalid", $"{answer.Reason}: mend the unit's code or its system.", focus, focus.Shape, "quantity-unit");
        else if (answer.Membership == Membership.Unknown) run.Report(IssueSeverity.Information, "not-supported", $"The unit {Words.Shown(system)}#{Words.Shown(code)} was not checked: {answer.Reason}.", focus, focus.Shape, "quantity-unit");
    }
}
