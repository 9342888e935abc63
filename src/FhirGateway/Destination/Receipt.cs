using System.Text.Json.Nodes;
using FhirGateway.Mapping;

namespace FhirGateway.Destination;

/// <summary>
/// What the ledger keeps of a success: JSON of where each resource is now, and an OperationOutcome where there is something to say. No
/// clinical text.
/// </summary>
public static class Receipt
{
    /// <param name="written">What the delivery wrote.</param>
    /// <param name="shared">What it refers to and all notes share.</param>
    public static string Of(IEnumerable<EntryOutcome> written, params IEnumerable<ResourceLocation> shared)
    {
        var resources = written
            .Select(entry => (entry.Status, entry.Location))
            .Concat(shared.Select(location => ((int?)null, (ResourceLocation?)location)));
        return new JsonObject
        {
            ["resources"] = new JsonArray([.. resources.Select(each => new JsonObject
            {
                ["status"] = each.Item1,
                ["reference"] = each.Item2?.ToString(),
                ["version"] = each.Item2?.Version,
            })]),
        }.ToJsonString();
    }

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
