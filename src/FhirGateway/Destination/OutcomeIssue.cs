using System.Text.Json;

namespace FhirGateway.Destination;

/// <summary>One issue of an OperationOutcome (http://hl7.org/fhir/R4/operationoutcome.html).</summary>
/// <param name="Severity">fatal, error, warning or information.</param>
/// <param name="Code">The issue type, such as <c>not-found</c>.</param>
/// <param name="Text">Diagnostics and details.text, whichever are there; empty when neither.</param>
/// <param name="Location">FHIRPath (or, from older servers, XPath) of the element; null when not said.</param>
public sealed record OutcomeIssue(string Severity, string Code, string Text, string? Location)
{
    /// <summary>The server refuses because of this issue.</summary>
    public bool IsError => Severity is "error" or "fatal";

    /// <summary>The issues of an OperationOutcome; empty for anything else.</summary>
    public static IReadOnlyList<OutcomeIssue> ReadAll(JsonElement? resource)
    {
        if (resource is not { ValueKind: JsonValueKind.Object } outcome || Json.Text(outcome, "resourceType") != "OperationOutcome") return [];
        return [.. Json.Items(outcome, "issue").Select(Read)];
    }

    private static OutcomeIssue Read(JsonElement issue)
    {
        var details = issue.TryGetProperty("details", out var concept) ? Json.Text(concept, "text") : null;
        var diagnostics = Json.Text(issue, "diagnostics");
        var words = details is null || details == diagnostics ? diagnostics ?? "" : diagnostics is null ? details : $"{details}: {diagnostics}";
        var place = Json.Items(issue, "expression").Concat(Json.Items(issue, "location")).FirstOrDefault(one => one.ValueKind == JsonValueKind.String);
        return new OutcomeIssue(
            Json.Text(issue, "severity") ?? "error", Json.Text(issue, "code") ?? "unknown", words,
            place.ValueKind == JsonValueKind.String ? place.GetString() : null);
    }
}
