using FhirGateway.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Meta: security labels are a set, so each stands there once (http://hl7.org/fhir/R4/resource.html#Meta).</summary>
internal static class MetaRules
{
    public static void Check(Focus meta, ValidationRun run)
    {
        HashSet<(string?, string?)>? seen = null;
        foreach (var label in meta.Json.Items("security"))
        {
            if (!(seen ??= []).Add((label.Text("system"), label.Text("code")))) run.Error("invalid", $"The security label {Words.Shown(label.Text("system"))}#{Words.Shown(label.Text("code"))} is given twice: once is enough.", meta, meta.Shape, "meta-security");
        }
    }
}
