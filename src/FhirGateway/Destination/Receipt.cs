using System.Text.Json.Nodes;
using FhirGateway.Mapping;

namespace FhirGateway.Destination;

/// <summary>
/// What the ledger keeps of a success: JSON of where each resource is now, and an OperationOutcome where there is something to say. No
/// clinical text.
/// </summary>
public static class Receipt
{
    public static string Of(IEnumerable<EntryOutcome> entries) => new JsonObject
    {
        ["resources"] = new JsonArray([.. entries.Select(entry => new JsonObject
        {
            ["status"] = entry.Status,
            ["reference"] = entry.Location?.ToString(),
            ["version"] = entry.Location?.Version,
        })]),
    }.ToJsonString();

    /// <summary>The receipt with what was deliberately not written.</summary>
    public static string WithInformation(string receipt, IEnumerable<Problem> problems)
    {
        var information = problems.Where(problem => problem.Severity == ProblemSeverity.Information).ToList();
        if (information.Count == 0) return receipt;
        var json = JsonNode.Parse(receipt)!;
        json["outcome"] = OutcomeJson.Of(information);
        return json.ToJsonString();
    }
}
