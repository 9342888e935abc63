using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Rules;

/// <summary>The value must hold at least this (pattern[x]).</summary>
internal sealed class PatternRule(TypedValue value) : Rule
{
    public override string Name => "pattern";

    public override string Describe() => $"holds {JsonMatching.Shown(value.Json)}";

    public bool Holds(Focus focus) => focus.Json.ValueKind != JsonValueKind.Undefined && JsonMatching.Fits(focus.Json, value.Json);

    public override void Check(Focus focus, ElementSchema schema, ValidationRun run)
    {
        if (!Holds(focus)) run.Error("value", $"The value must hold {JsonMatching.Shown(value.Json)}.", focus, schema, Name);
    }
}
