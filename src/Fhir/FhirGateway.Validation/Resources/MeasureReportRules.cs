using FhirGateway.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Measure reports: a score only where the measure is scored.</summary>
internal static class MeasureReportRules
{
    public static void Check(Focus report, ValidationRun run)
    {
        if (report.Text("measure") is not { } canonical || run.Schemas.Definitions.Resource("Measure", canonical) is not { } measure) return;
        var scoring = measure.Member("scoring")?.Items("coding").Select(coding => coding.Text("code")).FirstOrDefault();
        if (scoring != "cohort") return;
        foreach (var score in ElementReader.Children(report, "group").SelectMany(group => ElementReader.Children(group, "measureScore")))
        {
            run.Error("invalid", "The measure's scoring is 'cohort', which has no score: remove measureScore.", score, score.Shape, "measurereport-score");
        }
    }
}
