using System.Text.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Responses: whether they answer their questionnaire as it asks (http://hl7.org/fhir/R4/questionnaireresponse.html).</summary>
internal static class QuestionnaireResponseRules
{
    public static void Check(Focus response, ValidationRun run)
    {
        if (response.Text("questionnaire") is not { } canonical) return;
        if (Find(response, canonical, run) is not { } questionnaire)
        {
            run.Report(IssueSeverity.Information, "not-found", $"The questionnaire {Words.Shown(canonical)} is not available, so the answers were not checked against it.", response, response.Shape, "questionnaire-known");
            return;
        }

        new ItemChecks(run, response).Check(questionnaire, response, 0);
    }

    private static JsonElement? Find(Focus response, string canonical, ValidationRun run) =>
        canonical.StartsWith('#') ? run.References.Resolve(canonical, response)?.Json : run.Schemas.Definitions.Resource("Questionnaire", canonical);
}
