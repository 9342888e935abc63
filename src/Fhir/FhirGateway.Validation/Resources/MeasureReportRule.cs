using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Measure reports: a score only where the measure is scored.</summary>
internal sealed class MeasureReportRule : Rule
{
    public override string Describe() => "has no score when its measure's scoring is 'cohort'";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("measure") is not { } canonical || run.Definitions.Resource("Measure", canonical) is not { } measure) return;
        var scoring = measure.Member("scoring")?.Items("coding").Select(coding => coding.Text("code")).FirstOrDefault();
        if (scoring != "cohort") return;
        foreach (var score in focus.Children("group").SelectMany(group => group.Children("measureScore")))
        {
            run.Report(DefinitionFindings.ScoreOfCohort(), score, demandedBy);
        }
    }
}
