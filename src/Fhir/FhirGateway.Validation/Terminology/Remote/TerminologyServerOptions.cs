namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>
/// How long answers of a terminology server are believed, and how a failing one is left alone. Its HttpClient's timeout says when it is
/// slow.
/// </summary>
public sealed record TerminologyServerOptions
{
    /// <summary>How long an answer is kept.</summary>
    public TimeSpan KeepAnswersFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many answers of each kind are kept; the oldest go first.</summary>
    public int MaxAnswers { get; init; } = 10_000;

    /// <summary>
    /// How many requests, nearly all without an answer, open the circuit: two or more, within half a minute or as long as
    /// that many may take.
    /// </summary>
    public int FailuresToOpen { get; init; } = 3;

    /// <summary>How long the server is then left alone, from half a second to a day; afterwards one request tries it.</summary>
    public TimeSpan RestFor { get; init; } = TimeSpan.FromSeconds(30);
}
