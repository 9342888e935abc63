using System.Text.Json;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Rules;

/// <summary>A string must not be longer than this many characters.</summary>
internal sealed class MaxLengthRule(int length) : Rule
{
    public override string Name => "max-length";

    public override string Describe() => $"is at most {length} characters long";

    public override void Check(Focus focus, ElementSchema schema, ValidationRun run)
    {
        if (focus.Json.ValueKind == JsonValueKind.String && focus.Json.GetString() is { } text && text.Length > length)
        {
            run.Error("too-long", $"The text is {text.Length} characters long, but at most {length} are allowed.", focus, schema, Name);
        }
    }
}
