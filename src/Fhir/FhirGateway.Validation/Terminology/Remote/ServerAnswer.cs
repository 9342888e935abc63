namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>What a terminology server said.</summary>
/// <param name="Value">Null when it gave no answer that can be relied on.</param>
/// <param name="Unanswered">Why there is none; null when there is one.</param>
public sealed record ServerAnswer<T>(T? Value, string? Unanswered)
    where T : class;
