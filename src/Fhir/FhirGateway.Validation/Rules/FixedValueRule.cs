using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>The value must be exactly this one (fixed[x]).</summary>
internal sealed class FixedValueRule(TypedValue value) : Rule
{
    public override string Describe() => $"is {JsonMatching.Shown(value.Json)}";

    public bool Holds(Focus focus) => focus.Json.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(focus.Json, value.Json);

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (!Holds(focus)) run.Report(ElementFindings.NotFixedValue(JsonMatching.Shown(value.Json)), focus, demandedBy);
    }
}
