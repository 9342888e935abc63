using System.Text.Json.Nodes;

namespace FhirGateway.Mapping;

/// <summary>OperationOutcomes that the gateway itself writes.</summary>
public static class OutcomeJson
{
    public static JsonObject Of(IEnumerable<Problem> problems) => new()
    {
        ["resourceType"] = "OperationOutcome",
        ["issue"] = new JsonArray([.. problems.Select(Issue)]),
    };

    public static string Text(params IEnumerable<Problem> problems) => Of(problems).ToJsonString();

    private static JsonObject Issue(Problem problem)
    {
        var issue = new JsonObject
        {
            ["severity"] = problem.Severity switch
            {
                ProblemSeverity.Information => "information",
                ProblemSeverity.Warning => "warning",
                _ => "error",
            },
            ["code"] = problem.Code,
            ["diagnostics"] = problem.Text,
        };

        // R4's location is for where "in the message" an issue lies when that is not FHIRPath: the payload is the vendor's JSON.
        if (problem.Pointer is { Length: > 0 } pointer) issue["location"] = new JsonArray(pointer);
        return issue;
    }
}
