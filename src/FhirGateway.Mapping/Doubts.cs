using System.Text.Json.Nodes;

namespace FhirGateway.Mapping;

/// <summary>
/// What went on although something was odd: kept with the delivery, so that nothing odd goes unseen. Never a value of the payload.
/// </summary>
/// <param name="Problems">Warnings.</param>
/// <param name="Drift">RFC 6901 pointers to what no rule knows.</param>
public sealed record Doubts(IReadOnlyList<Problem> Problems, IReadOnlyList<string> Drift)
{
    // A payload can hold a hundred thousand unknown fields: nobody reads more of them than this.
    private const int MostKept = 500;
    private const int LongestPointer = 512;

    /// <summary>The doubts of a translation.</summary>
    public static Doubts Of(Translation translation)
    {
        ArgumentNullException.ThrowIfNull(translation);
        return new Doubts([.. translation.Problems.Where(problem => problem.Severity == ProblemSeverity.Warning)], translation.Drift);
    }

    /// <summary>There are none.</summary>
    public bool AreNone => Problems.Count == 0 && Drift.Count == 0;

    /// <summary>As JSON: <c>problems</c> (code, text, pointer), <c>drift</c> (pointers), and how many there are of each.</summary>
    public string ToJson() => new JsonObject
    {
        ["problemCount"] = Problems.Count,
        ["problems"] = new JsonArray([.. Problems.Take(MostKept).Select(problem => new JsonObject
        {
            ["code"] = problem.Code,
            ["text"] = problem.Text,
            ["pointer"] = problem.Pointer is { } pointer ? Cut(pointer) : null,
        })]),
        ["driftCount"] = Drift.Count,
        ["drift"] = new JsonArray([.. Drift.Take(MostKept).Select(pointer => JsonValue.Create(Cut(pointer)))]),
    }.ToJsonString();

    private static string Cut(string pointer) => pointer.Length <= LongestPointer ? pointer : pointer[..LongestPointer] + "…";
}
