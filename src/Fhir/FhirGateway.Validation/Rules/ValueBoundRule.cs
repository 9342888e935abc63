using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>The value must not be below, or above, a bound (minValue[x], maxValue[x]): numbers, dates, times and quantities.</summary>
internal sealed class ValueBoundRule(TypedValue bound, bool isMinimum) : Rule
{
    private static readonly FhirPathExpression Less = FhirPathExpression.Compile("$this < %bound");
    private static readonly FhirPathExpression More = FhirPathExpression.Compile("$this > %bound");

    private readonly EvaluationContext _context = new()
    {
        Variables = new Dictionary<string, IReadOnlyList<FhirNode>> { ["bound"] = [FhirNode.Of(bound.Json, bound.Type)] },
    };

    public override string Describe() => $"is {(isMinimum ? "at least" : "at most")} {JsonMatching.Shown(bound.Json)}";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        // A bound for another type of a choice says nothing about this one.
        if (focus.Json.ValueKind == JsonValueKind.Undefined || !Comparable(focus.Type, bound.Type)) return;
        if (!IsBeyond(focus)) return;
        var (value, limit) = (JsonMatching.Shown(focus.Json), JsonMatching.Shown(bound.Json));
        run.Report(isMinimum ? ElementFindings.BelowMinimum(value, limit) : ElementFindings.AboveMaximum(value, limit), focus, demandedBy);
    }

    private bool IsBeyond(Focus focus)
    {
        try
        {
            return (isMinimum ? Less : More).IsTrue(focus.Node, _context) == true;
        }
        catch (FhirPathException)
        {
            // Not comparable, such as an invalid date: that has its own error.
            return false;
        }
    }

    private static bool Comparable(string type, string other) => type == other || Kind(type) == Kind(other);

    private static string Kind(string type) => type switch
    {
        "integer" or "positiveInt" or "unsignedInt" or "decimal" => "number",
        "date" or "dateTime" or "instant" => "moment",
        "Age" or "Duration" or "Count" or "Distance" or "Money" or "Quantity" => "quantity",
        _ => type,
    };
}
