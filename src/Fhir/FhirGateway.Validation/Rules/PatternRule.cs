using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>The value must hold at least this (pattern[x]).</summary>
internal sealed class PatternRule(TypedValue value) : Rule
{
    public override string Describe() => $"holds {JsonMatching.Shown(value.Json)}";

    public bool Holds(Focus focus) => focus.Json.ValueKind != JsonValueKind.Undefined && JsonMatching.Fits(focus.Json, value.Json);

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (!Holds(focus)) run.Report(ElementFindings.NotPattern(JsonMatching.Shown(value.Json)), focus, demandedBy);
    }
}
