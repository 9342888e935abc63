using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Rules;

/// <summary>The value must be exactly this one (fixed[x]).</summary>
internal sealed class FixedValueRule(TypedValue value) : Rule
{
    public override string Name => "fixed-value";

    public override string Describe() => $"is {JsonMatching.Shown(value.Json)}";

    public bool Holds(Focus focus) => focus.Json.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(focus.Json, value.Json);

    public override void Check(Focus focus, ElementSchema schema, ValidationRun run)
    {
        if (!Holds(focus)) run.Error("value", $"The value must be {JsonMatching.Shown(value.Json)}.", focus, schema, Name);
    }
}
