using System.Text.Json;
using FhirGateway.Json;
using Polly;
using Polly.CircuitBreaker;

namespace FhirGateway.Validation.Terminology.Remote;

/// <summary>
/// Asks a FHIR terminology server (http://hl7.org/fhir/R4/terminology-service.html), remembers its answers for a time and leaves
/// it alone while it fails. It never throws for what the server does: what it did not answer is unknown, with the reason. Thread-safe.
/// </summary>
public sealed class TerminologyServer
{
    private const string MaxExpanded = "1000";
    private const int MaxQuestionLength = 2_000;
    private const string AnotherQuestion = "the terminology server answered another question";
    private const string TooLong = "it is too long to be asked of a terminology server";

    private readonly ServerConnection _connection;
    private readonly ResiliencePipeline<Asked> _breaker;
    private readonly AnswerCache<CodeQuestion, CodeAnswer> _codes;
    private readonly AnswerCache<(string Type, string Url), string> _judgeable;
    private readonly AnswerCache<CodeQuestion, IReadOnlyList<CodeTranslation>> _translations;
    private readonly AnswerCache<CodeQuestion, CodeConcept> _concepts;

    /// <param name="http">Its base address is the server's FHIR base; its timeout bounds every request.</param>
    /// <exception cref="ArgumentException">The client has no base address.</exception>
    public TerminologyServer(HttpClient http, TimeProvider clock, TerminologyServerOptions? options = null)
    {
        var set = options ?? new TerminologyServerOptions();
        _connection = new ServerConnection(http);
        _breaker = new ResiliencePipelineBuilder<Asked> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Asked>
            {
                // Nearly all: one answer among the failures shows that the server is there.
                FailureRatio = 0.9,
                MinimumThroughput = set.FailuresToOpen,
                SamplingDuration = CountedFor(http.Timeout, set.FailuresToOpen),
                BreakDuration = set.RestFor,
                ShouldHandle = new PredicateBuilder<Asked>().HandleResult(asked => asked.IsFailing),
            })
            .Build();
        _codes = new(clock, set.KeepAnswersFor, set.MaxAnswers);
        _judgeable = new(clock, set.KeepAnswersFor, set.MaxAnswers);
        _translations = new(clock, set.KeepAnswersFor, set.MaxAnswers);
        _concepts = new(clock, set.KeepAnswersFor, set.MaxAnswers);
    }

    /// <summary>Whether a code is in a value set, or its system has it (<c>$validate-code</c>).</summary>
    public async Task<CodeAnswer> CheckAsync(CodeQuestion question, CancellationToken cancellationToken = default)
    {
        if (IsTooLong(question)) return CodeAnswer.Unknown(TooLong);
        if (_codes.TryGet(question, out var known)) return known!;
        var (path, parameters) = question.ValueSet is { } canonical
            ? ("ValueSet/$validate-code", InValueSet(canonical, question))
            : (
                "CodeSystem/$validate-code",
                OperationParameters.Write(("url", "valueUri", question.System), ("code", "valueCode", question.Code)));
        var (body, why) = await AskAsync(token => _connection.OperationAsync(path, parameters, token), cancellationToken);
        if (body is not { } answered) return CodeAnswer.Unknown(why!);
        if (!OperationParameters.AreParameters(body) || OperationParameters.Result(answered) is not { } isMember)
        {
            return CodeAnswer.Unknown(Asked.NotUnderstood);
        }

        if (!OperationParameters.AreAbout(answered, question.System, question.Code)) return CodeAnswer.Unknown(AnotherQuestion);
        CodeAnswer answer;
        if (isMember)
        {
            answer = new CodeAnswer(Membership.Yes, null, OperationParameters.Text(answered, "display"));
        }
        else
        {
            // HAPI says "false" of systems and value sets it has never heard of: only one that it can judge may refuse a code.
            why = question.ValueSet is { } set
                ? await WhyNotExpandableAsync(set, cancellationToken)
                : await WhyNotHeldAsync("CodeSystem", question.System, cancellationToken);
            if (why is not null) return CodeAnswer.Unknown(why);
            answer = CodeAnswer.No(question.ValueSet is { } where
                ? $"by the terminology server '{question.Code}' is not in {where}"
                : $"by the terminology server {question.System} has no code '{question.Code}'");
        }

        _codes.Keep(question, answer);
        return answer;
    }

    /// <summary>The targets of a code (<c>$translate</c>); empty when the server has the map and it says nothing of the code.</summary>
    public async Task<ServerAnswer<IReadOnlyList<CodeTranslation>>> TranslateAsync(
        string map, string system, string code, CancellationToken cancellationToken = default)
    {
        var question = new CodeQuestion(map, system, code);
        if (IsTooLong(question)) return new(null, TooLong);
        if (_translations.TryGet(question, out var known)) return new(known, null);
        var (url, version) = OperationParameters.Split(map);
        var parameters = OperationParameters.Write(
            ("url", "valueUri", url), ("conceptMapVersion", "valueString", version), ("system", "valueUri", system),
            ("code", "valueCode", code));
        var (body, why) = await AskAsync(
            token => _connection.OperationAsync("ConceptMap/$translate", parameters, token), cancellationToken);
        if (body is not { } answered) return new(null, why);
        if (!OperationParameters.AreParameters(body) || OperationParameters.Result(answered) is null) return new(null, Asked.NotUnderstood);
        var matches = OperationParameters.Matches(answered, map);
        // As with codes: "no match" also stands for "no such map".
        if (matches.Count == 0 && await WhyNotHeldAsync("ConceptMap", url, cancellationToken) is { } missing) return new(null, missing);
        _translations.Keep(question, matches);
        return new(matches, null);
    }

    /// <summary>
    /// What a code means (<c>$lookup</c>): code and display. A server answers an unknown code and an unknown system alike, so that is
    /// not an answer.
    /// </summary>
    public async Task<ServerAnswer<CodeConcept>> LookupAsync(string system, string code, CancellationToken cancellationToken = default)
    {
        var question = new CodeQuestion(null, system, code);
        if (IsTooLong(question)) return new(null, TooLong);
        if (_concepts.TryGet(question, out var known)) return new(known, null);
        var parameters = OperationParameters.Write(("system", "valueUri", system), ("code", "valueCode", code));
        var (body, why) = await AskAsync(token => _connection.OperationAsync("CodeSystem/$lookup", parameters, token), cancellationToken);
        if (body is not { } answered) return new(null, why);
        if (!OperationParameters.AreParameters(body) || OperationParameters.Text(answered, "display") is not { } display)
        {
            return new(null, Asked.NotUnderstood);
        }

        if (!OperationParameters.AreAbout(answered, system, code)) return new(null, AnotherQuestion);
        var concept = new CodeConcept(code, display, [], [], new Dictionary<string, IReadOnlyList<string>>());
        _concepts.Keep(question, concept);
        return new(concept, null);
    }

    // Longer than the requests take to time out one after the other: otherwise a silent server would never be seen to fail.
    private static TimeSpan CountedFor(TimeSpan timeout, int requests) =>
        TimeSpan.FromTicks(Math.Clamp(timeout.Ticks * (requests + 1), 30 * TimeSpan.TicksPerSecond, TimeSpan.TicksPerDay));

    // What is asked comes from instances, and is kept with its answer.
    private static bool IsTooLong(CodeQuestion question) =>
        (question.ValueSet?.Length ?? 0) + question.System.Length + question.Code.Length > MaxQuestionLength;

    private static ReadOnlyMemory<byte> InValueSet(string canonical, CodeQuestion question)
    {
        var (url, version) = OperationParameters.Split(canonical);
        return OperationParameters.Write(
            ("url", "valueUri", url), ("valueSetVersion", "valueString", version), ("system", "valueUri", question.System),
            ("code", "valueCode", question.Code));
    }

    // Null when the server has all that the value set is made of; one too big to expand stays unknown rather than wrongly refused.
    private async Task<string?> WhyNotExpandableAsync(string canonical, CancellationToken cancellationToken)
    {
        if (_judgeable.TryGet(("ValueSet", canonical), out _)) return null;
        var (url, version) = OperationParameters.Split(canonical);
        var parameters = OperationParameters.Write(
            ("url", "valueUri", url), ("valueSetVersion", "valueString", version), ("count", "valueInteger", MaxExpanded));
        // HAPI answers 500 when a code system is missing. That does not mean that it is down, and is not taken to mean it: an answer
        // always came just before.
        var (body, _) = await AskAsync(token => _connection.OperationAsync("ValueSet/$expand", parameters, token), cancellationToken);
        if (body?.Member("expansion") is null) return $"the terminology server can't expand {canonical}, so its no proves nothing";
        _judgeable.Keep(("ValueSet", canonical), canonical);
        return null;
    }

    private async Task<string?> WhyNotHeldAsync(string type, string url, CancellationToken cancellationToken)
    {
        if (_judgeable.TryGet((type, url), out _)) return null;
        var (body, why) = await AskAsync(token => _connection.FindAsync(type, url, token), cancellationToken);
        if (body is null) return why;
        var held = body.Value.Items("entry").Select(entry => entry.Member("resource")).FirstOrDefault(
            resource => resource?.Text("resourceType") == type && resource?.Text("url") == url);
        if (held is null) return $"the terminology server does not hold {url}";
        if (type == "CodeSystem" && held.Value.Text("content") != "complete")
        {
            return $"the terminology server does not say that it holds all of {url}";
        }

        _judgeable.Keep((type, url), url);
        return null;
    }

    private async Task<(JsonElement? Body, string? Why)> AskAsync(
        Func<CancellationToken, Task<Asked>> ask, CancellationToken cancellationToken)
    {
        try
        {
            var asked = await _breaker.ExecuteAsync(async token => await ask(token), cancellationToken);
            return (asked.Body, asked.Why);
        }
        catch (BrokenCircuitException)
        {
            return (null, "the terminology server failed repeatedly and is left alone for a while");
        }
    }
}
