using System.Text.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>A string must not be longer than this many characters.</summary>
internal sealed class MaxLengthRule(int length) : Rule
{
    public override string Describe() => $"is at most {length} characters long";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Json.ValueKind == JsonValueKind.String && focus.Json.GetString() is { } text && text.Length > length)
        {
            run.Report(ElementFindings.TextTooLong(text.Length, length), focus, demandedBy);
        }
    }
}
