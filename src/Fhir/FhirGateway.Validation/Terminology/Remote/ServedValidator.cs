using System.Collections.Concurrent;

namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>
/// Validates with what is here first. For codes that could not be told it asks a terminology server, and validates again with the
/// answers.
/// </summary>
/// <param name="server">Null validates without one.</param>
public sealed class ServedValidator(FhirValidator validator, TerminologyServer? server)
{
    // An answer may choose another slice, whose codes are asked in the next round.
    private const int MaxRounds = 3;
    private const int MaxQuestionsAtOnce = 4;

    /// <summary>Validates the JSON of one resource, as <see cref="FhirValidator"/> does. What the server does never throws.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="profiles">Canonicals it must conform to beside its meta.profile.</param>
    public async Task<ValidationResult> ValidateAsync(
        ReadOnlyMemory<byte> json, IReadOnlyList<string>? profiles = null, CancellationToken cancellationToken = default)
    {
        var result = validator.Validate(json, profiles);
        if (server is null) return result;
        var answers = new ConcurrentDictionary<CodeQuestion, CodeAnswer>();
        for (var round = 0; round < MaxRounds && result.Unchecked.Count > 0; round++)
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = MaxQuestionsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(
                result.Unchecked, limits, async (question, token) => answers[question] = await server.CheckAsync(question, token));
            result = validator.Validate(json, profiles, answers);
        }

        return result;
    }
}
