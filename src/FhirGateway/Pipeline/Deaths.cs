using FhirGateway.Destination;
using FhirGateway.Mapping;

namespace FhirGateway.Pipeline;

/// <summary>Why a delivery is dead before anything of it was sent.</summary>
internal static class Deaths
{
    /// <param name="problems">What is wrong; where none of them is an error, the reason is.</param>
    public static Dead Of(string reason, IReadOnlyList<Problem> problems)
    {
        var errors = problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        if (errors.Count == 0) errors.Add(Problem.Error("processing", reason));
        var text = string.Join(" ", errors.Select(problem => $"{problem.Text}{At(problem)}"));
        return new Dead($"{reason}: {text}", OutcomeJson.Text(problems.Count == 0 ? errors : problems));
    }

    private static string At(Problem problem) => problem.Pointer is { Length: > 0 } pointer ? $" (at {pointer})" : "";
}
