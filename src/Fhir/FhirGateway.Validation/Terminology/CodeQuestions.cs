namespace FhirGateway.Validation.Terminology;

/// <summary>
/// What one validation asks about codes. It is answered from what is here, else from answers given beforehand; else it is noted as
/// unanswered, so that somebody may ask elsewhere and validate again.
/// </summary>
internal sealed class CodeQuestions(TerminologyStore store, IReadOnlyDictionary<CodeQuestion, CodeAnswer>? answers)
{
    private const int MaxUnanswered = 500;
    private readonly HashSet<CodeQuestion> _unanswered = [];

    public IReadOnlyCollection<CodeQuestion> Unanswered => _unanswered;

    public CodeSystemIndex? System(string url) => store.System(url);

    public string TitleOf(string valueSet) => store.TitleOf(valueSet);

    /// <inheritdoc cref="TerminologyStore.Subsumes"/>
    public bool? Subsumes(string system, string ancestor, string code) => store.Subsumes(system, ancestor, code);

    public CodeAnswer CheckSystem(string system, string code) =>
        Settle(store.CheckSystem(system, code), new CodeQuestion(null, system, code));

    /// <inheritdoc cref="TerminologyStore.CheckValueSet"/>
    public CodeAnswer CheckValueSet(string valueSet, string? system, string code)
    {
        var local = store.CheckValueSet(valueSet, system, code);
        // A server can't be asked of a code without its system; and such a "code" may be any text.
        return system is null ? local : Settle(local, new CodeQuestion(valueSet, system, code));
    }

    private CodeAnswer Settle(CodeAnswer local, CodeQuestion question)
    {
        if (local.Membership != Membership.Unknown) return local;
        if (answers is null || !answers.TryGetValue(question, out var answer))
        {
            if (_unanswered.Count < MaxUnanswered) _unanswered.Add(question);
            return local;
        }

        return answer.Membership == Membership.Unknown ? local with { Reason = $"{local.Reason}, and {answer.Reason}" } : answer;
    }
}
