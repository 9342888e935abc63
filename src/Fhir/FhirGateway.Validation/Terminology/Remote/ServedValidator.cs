using System.Collections.Concurrent;

namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>Validates with what is here first; asks a terminology server only for codes that could not be told, and validates again with its answers.</summary>
/// <param name="server">Null validates without one.</param>
public sealed class ServedValidator(FhirValidator validator, TerminologyServer? server)
{
    // An answer may choose another slice, whose codes are asked in the next round.
    private const int MaxRounds = 3;
    private const int MaxQuestionsAtOnce = 4;

    /// <inheritdoc cref="FhirValidator.Validate(ReadOnlyMemory{byte}, IEnumerable{string}?, IReadOnlyDictionary{CodeQuestion, CodeAnswer}?)"/>
    public async Task<ValidationResult> ValidateAsync(ReadOnlyMemory<byte> json, IReadOnlyList<string>? profiles = null, CancellationToken cancellationToken = default)
    {
        var result = validator.Validate(json, profiles);
        if (server is null) return result;
        var answers = new ConcurrentDictionary<CodeQuestion, CodeAnswer>();
        for (var round = 0; round < MaxRounds && result.Unchecked.Count > 0; round++)
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = MaxQuestionsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(result.Unchecked, limits, async (question, token) => answers[question] = await server.CheckAsync(question, token));
            result = validator.Validate(json, profiles, answers);
        }

        return result;
    }
}
