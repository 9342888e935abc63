using System.Text.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Responses: whether they answer their questionnaire as it asks (http://hl7.org/fhir/R4/questionnaireresponse.html).</summary>
internal sealed class QuestionnaireResponseRule : Rule
{
    public override string Describe() => "answers its questionnaire as that asks";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("questionnaire") is not { } canonical) return;
        if (Find(focus, canonical, run) is { } questionnaire) new ItemChecks(run, focus, demandedBy).Check(questionnaire, focus, 0);
        else run.Report(QuestionnaireFindings.Unavailable(canonical), focus, demandedBy);
    }

    private static JsonElement? Find(Focus response, string canonical, RuleRun run) =>
        canonical.StartsWith('#')
            ? run.References.Resolve(canonical, response)?.Json
            : run.Definitions.Resource("Questionnaire", canonical);
}
