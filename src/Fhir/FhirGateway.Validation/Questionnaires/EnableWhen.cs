using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Whether a question is to be asked, given the answers so far (Questionnaire.item.enableWhen).</summary>
internal sealed class EnableWhen(Focus response, RuleRun run)
{
    // Each answer is compared by FHIRPath, which makes some nodes.
    private const long ComparisonCost = 20;

    private ILookup<string, JsonElement>? _answers;

    public bool IsEnabled(JsonElement item)
    {
        var conditions = item.Items("enableWhen").ToList();
        if (conditions.Count == 0) return true;
        return item.Text("enableBehavior") == "any" ? conditions.Exists(Holds) : conditions.TrueForAll(Holds);
    }

    private bool Holds(JsonElement condition)
    {
        _answers ??= Answers(response.Json, 0).ToLookup(answer => answer.LinkId, answer => answer.Value, StringComparer.Ordinal);
        var given = _answers[condition.Text("question") ?? ""].ToList();
        run.Charge(1 + (ComparisonCost * given.Count), response);
        if (TypedValue.Of(condition, "answer") is not { } wanted) return true;
        return condition.Text("operator") switch
        {
            "exists" => given.Count > 0 == (wanted.Json.ValueKind == JsonValueKind.True),
            "=" => given.Exists(value => IsSame(value, wanted.Json)),
            "!=" => given.Exists(value => !IsSame(value, wanted.Json)),
            ">" => given.Exists(value => Order(value, wanted) > 0),
            "<" => given.Exists(value => Order(value, wanted) < 0),
            ">=" => given.Exists(value => Order(value, wanted) >= 0),
            "<=" => given.Exists(value => Order(value, wanted) <= 0),
            _ => true,
        };
    }

    private static bool IsSame(JsonElement value, JsonElement wanted) =>
        value.ValueKind == JsonValueKind.Object && wanted.Text("code") is { } code
            ? value.Text("code") == code && (wanted.Text("system") is not { } system || value.Text("system") == system)
            : JsonElement.DeepEquals(value, wanted);

    private static int? Order(JsonElement value, TypedValue wanted) =>
        ValueOrder.Compare(FhirNode.Of(value, wanted.Type), FhirNode.Of(wanted.Json, wanted.Type));

    private static IEnumerable<(string LinkId, JsonElement Value)> Answers(JsonElement holder, int nesting)
    {
        if (nesting > 60) yield break;
        foreach (var item in holder.Items("item"))
        {
            foreach (var answer in item.Items("answer"))
            {
                if (TypedValue.Of(answer, "value") is { } value) yield return (item.Text("linkId") ?? "", value.Json);
                foreach (var inner in Answers(answer, nesting + 1)) yield return inner;
            }

            foreach (var inner in Answers(item, nesting + 1)) yield return inner;
        }
    }
}
