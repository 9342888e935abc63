using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Meta: security labels are a set, so each is given once (http://hl7.org/fhir/R4/resource.html#Meta).</summary>
internal sealed class MetaRule : Rule
{
    public override string Describe() => "has each security label once";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        HashSet<(string?, string?)>? seen = null;
        foreach (var label in focus.Json.Items("security"))
        {
            var (system, code) = (label.Text("system"), label.Text("code"));
            if (!(seen ??= []).Add((system, code))) run.Report(DatatypeFindings.LabelGivenTwice(system, code), focus, demandedBy);
        }
    }
}
