using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Resources;

/// <summary>Value sets: the codes and filters they name are ones of their code system, where that is at hand.</summary>
internal sealed class ValueSetRule : Rule
{
    // http://hl7.org/fhir/R4/codesystem-concept-properties.html
    private static readonly HashSet<string> Booleans = new(StringComparer.Ordinal) { "notSelectable", "inactive" };

    public override string Describe() => "filters by values that its code systems' properties can have";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        foreach (var compose in focus.Children("compose"))
        {
            foreach (var part in compose.Children("include").Concat(compose.Children("exclude")))
            {
                if (part.Text("system") is not { } system) continue;
                foreach (var filter in part.Children("filter")) CheckFilter(filter, system, demandedBy, run);
            }
        }
    }

    private static void CheckFilter(Focus filter, string system, string demandedBy, RuleRun run)
    {
        var (property, value) = (filter.Text("property") ?? "", filter.Text("value") ?? "");
        var type = filter.Text("op") is "exists" ? "boolean" : TypeOf(property, system, run);
        if (type == "boolean" && value is not ("true" or "false"))
        {
            run.Report(DefinitionFindings.FilterIsNotBoolean(property, value), filter, demandedBy);
        }

        if (type == "Coding" && !value.Contains('#', StringComparison.Ordinal))
        {
            run.Report(DefinitionFindings.FilterIsNotCoding(property, value), filter, demandedBy);
        }

        if (property is not ("concept" or "code") || filter.Text("op") is not ("is-a" or "descendent-of")) return;
        if (run.Terminology.CheckSystem(system, value).Membership == Membership.No)
        {
            run.Report(DefinitionFindings.FilterIsNotACode(system, value), filter, demandedBy);
        }
    }

    private static string? TypeOf(string property, string system, RuleRun run)
    {
        var declared = run.Definitions.CodeSystem(system)?.Items("property").FirstOrDefault(item => item.Text("code") == property);
        if (declared is { ValueKind: JsonValueKind.Object } found) return found.Text("type");
        return Booleans.Contains(property) ? "boolean" : null;
    }
}
