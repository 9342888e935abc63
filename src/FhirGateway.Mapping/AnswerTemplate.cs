using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mapping;

/// <summary>
/// An answer as a vendor's page shows it, with gaps: <c>{{problems}}</c> a JSON string that tells them, <c>{{outcome}}</c> an
/// OperationOutcome, <c>{{/pointer}}</c> the JSON found there in the message (null when nothing is), <c>{{signed /pointer}}</c> a JSON
/// string of the text found there, signed with the secret that proved the call (null when nothing is, or nothing can be signed).
/// </summary>
internal sealed partial record AnswerTemplate(int Status, string? Body)
{
    private const string Signed = "signed ";

    // A message can break a rule in each of thousands of items: nobody reads more of them than this.
    private const int MostProblems = 50;

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Answer Fill(JsonElement message, IReadOnlyList<Problem> problems, Func<string, string?>? sign)
    {
        if (Body is null) return new Answer(Status, null, null);
        if (problems.Count > MostProblems)
            problems = [
                .. problems.Take(MostProblems), Problem.Error("too-long", $"There are {problems.Count - MostProblems} more problems.")];
        var isOutcome = Body == "{{outcome}}";
        var filled = Gap().Replace(Body, gap => gap.Groups[1].Value switch
        {
            "problems" => Quote(string.Join(" ", problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.Text))),
            "outcome" => Outcome(problems),
            var signed when signed.StartsWith(Signed, StringComparison.Ordinal) => Echo(message, signed[Signed.Length..], sign),
            var pointer => message.ValueKind == JsonValueKind.Undefined
                ? "null"
                : JsonPointer.Find(message, pointer)?.GetRawText() ?? "null",
        });
        return new Answer(Status, isOutcome ? "application/fhir+json" : "application/json", filled);
    }

    private static string Echo(JsonElement message, string pointer, Func<string, string?>? sign)
    {
        if (message.ValueKind == JsonValueKind.Undefined
            || JsonPointer.Find(message, pointer) is not { ValueKind: JsonValueKind.String } found)
        {
            return "null";
        }

        return sign?.Invoke(found.GetString()!) is { } signature ? Quote(signature) : "null";
    }

    private static string Outcome(IReadOnlyList<Problem> problems)
    {
        IEnumerable<Problem> issues = problems.Count > 0 ? problems : [Problem.Error("processing", "The message was refused.")];
        return $$"""{"resourceType":"OperationOutcome","issue":[{{string.Join(',', issues.Select(Issue))}}]}""";
    }

    private static string Issue(Problem problem) =>
        $$"""{"severity":"{{Severity(problem)}}","code":"{{problem.Code}}","diagnostics":{{Quote(problem.Text)}}}""";

    private static string Severity(Problem problem) => problem.Severity switch
    {
        ProblemSeverity.Information => "information",
        ProblemSeverity.Warning => "warning",
        _ => "error",
    };

    private static string Quote(string text) => JsonSerializer.Serialize(text, Plain);

    [GeneratedRegex(@"\{\{(problems|outcome|(?:signed )?/[^}]*)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Gap();
}
