using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>A string must not be longer than this many characters.</summary>
internal sealed class MaxLengthRule(int length) : Rule
{
    public override string Describe() => $"is at most {length} characters long";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Json.ValueKind != JsonValueKind.String) return;
        var actual = CodePoints.Count(focus.Json.GetString());
        if (actual > length) run.Report(ElementFindings.TextTooLong(actual, length), focus, demandedBy);
    }
}
