using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Rules;

/// <summary>The code must, or should, come from a value set (ElementDefinition.binding).</summary>
internal sealed class BindingRule(ElementBinding binding) : Rule
{
    // R4 published this one as required, and HL7 took it back to extensible: flow rates are vital signs too.
    private const string VitalSignUnits = "http://hl7.org/fhir/ValueSet/ucum-vitals-common";

    private readonly string _strength = StrengthOf(binding);

    public ElementBinding Binding => binding;

    public override string Describe() =>
        $"{binding.Strength} binding to {binding.ValueSet}" + (binding.MaxValueSet is null ? "" : $", at most {binding.MaxValueSet}");

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        // The outer limit binds codes: a text, or a code of no system, is judged by the binding itself.
        if (binding.MaxValueSet is { } most && CodedValue.HasSystem(focus.Json, focus.Type))
        {
            Check(focus, demandedBy, run, most, IssueSeverity.Error);
        }

        if (binding.ValueSet is not { } valueSet) return;
        switch (_strength)
        {
            case "required":
                Check(focus, demandedBy, run, valueSet, IssueSeverity.Error);
                break;
            case "extensible":
                Check(focus, demandedBy, run, valueSet, IssueSeverity.Warning);
                break;
            case "preferred":
                Check(focus, demandedBy, run, valueSet, IssueSeverity.Information);
                break;
            default:
                break;
        }
    }

    /// <summary>Whether the element's code is in the value set.</summary>
    public CodeAnswer Ask(Focus focus, CodeQuestions terminology) => CodedValue.Ask(focus.Json, focus.Type, binding.ValueSet!, terminology);

    private static void Check(Focus focus, string demandedBy, RuleRun run, string valueSet, IssueSeverity severity)
    {
        if (!CodedValue.IsCoded(focus.Type)) return;
        if (focus.Json.ValueKind == JsonValueKind.Undefined)
        {
            if (severity == IssueSeverity.Error) run.Report(CodeFindings.CodeRequired(valueSet), focus, demandedBy);
            return;
        }

        if (severity != IssueSeverity.Error && CodedValue.IsTextOnly(focus.Json, focus.Type)) return;
        var answer = CodedValue.Ask(focus.Json, focus.Type, valueSet, run.Terminology);
        if (answer.Membership == Membership.Yes) return;
        var name = $"{run.Terminology.TitleOf(valueSet)} ({valueSet})";
        if (answer.Membership == Membership.Unknown)
        {
            // Preferred sets bind nobody: that one could not be checked is not worth an issue.
            if (severity > IssueSeverity.Information)
            {
                run.Report(CodeFindings.BindingUnchecked(CodedValue.Shown(focus.Json), name, answer.Reason), focus, demandedBy);
            }

            return;
        }

        // A Quantity may have a human unit only: whether it must be coded is for a profile's cardinality to say.
        if (severity == IssueSeverity.Error && CodedValue.IsUncodedQuantity(focus.Json, focus.Type)) severity = IssueSeverity.Warning;
        run.Report(CodeFindings.NotInValueSet(CodedValue.Shown(focus.Json), name, severity), focus, demandedBy);
    }

    private static string StrengthOf(ElementBinding binding) =>
        binding.Strength == "required" && binding.ValueSet is { } set && DefinitionSet.WithoutVersion(set) == VitalSignUnits
            ? "extensible"
            : binding.Strength;
}
