using FhirGateway.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Value sets: the codes and filters they name are ones of their code system, where that is at hand.</summary>
internal static class ValueSetRules
{
    // http://hl7.org/fhir/R4/codesystem-concept-properties.html
    private static readonly HashSet<string> Booleans = new(StringComparer.Ordinal) { "notSelectable", "inactive" };

    public static void Check(Focus valueSet, ValidationRun run)
    {
        foreach (var compose in ElementReader.Children(valueSet, "compose"))
        {
            foreach (var part in ElementReader.Children(compose, "include").Concat(ElementReader.Children(compose, "exclude")))
            {
                if (part.Text("system") is not { } system) continue;
                foreach (var filter in ElementReader.Children(part, "filter")) CheckFilter(filter, system, run);
            }
        }
    }

    private static void CheckFilter(Focus filter, string system, ValidationRun run)
    {
        var (property, value) = (filter.Text("property") ?? "", filter.Text("value") ?? "");
        var declared = run.Schemas.Definitions.CodeSystem(system)?.Items("property").FirstOrDefault(item => item.Text("code") == property);
        var type = declared is { ValueKind: System.Text.Json.JsonValueKind.Object } found ? found.Text("type") : Booleans.Contains(property) ? "boolean" : null;
        if (filter.Text("op") is "exists") type = "boolean";
        if (type == "boolean" && value is not ("true" or "false")) run.Error("invalid", $"The filter's value must be true or false, as {property} is a boolean, not '{Words.Shown(value)}'.", filter, filter.Shape, "valueset-filter");
        if (type == "Coding" && !value.Contains('#', StringComparison.Ordinal)) run.Error("invalid", $"The filter's value must be system#code, as {property} is a Coding, not '{Words.Shown(value)}'.", filter, filter.Shape, "valueset-filter");
        if (property is "concept" or "code" && filter.Text("op") is "is-a" or "descendent-of" && run.Terminology.CheckSystem(system, value).Membership == Terminology.Membership.No)
        {
            run.Error("code-invalid", $"The filter's value must be a code of {system}, and '{Words.Shown(value)}' is none.", filter, filter.Shape, "valueset-filter");
        }
    }
}
