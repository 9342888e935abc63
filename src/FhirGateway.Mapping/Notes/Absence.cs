using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Targets;

namespace FhirGateway.Mapping.Notes;

/// <summary>
/// What it means when a vendor writes a phrase instead of content. Only a whole value counts, whatever its case and spaces;
/// every other value is content.
/// </summary>
public sealed class Absence
{
    private static readonly char[] Ends = ['.', '!', ';', ',', '-'];
    private readonly Dictionary<string, AbsenceRule> _rules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _negations = new(StringComparer.Ordinal);

    /// <summary>All of them, in the order of their declaration.</summary>
    public IReadOnlyCollection<AbsenceRule> Rules => _rules.Values;

    /// <summary>Phrases that are answers and name nothing: "None" is what a patient said, not a medication's name.</summary>
    public IReadOnlyCollection<string> Negations => _negations.Values;

    internal bool TryAdd(AbsenceRule rule) => _rules.TryAdd(Folded(rule.Phrase), rule);

    internal bool TryAddNegation(string phrase) => _negations.TryAdd(Bare(phrase), phrase);

    /// <summary>The rule for a value; null when the value is content.</summary>
    public AbsenceRule? Of(string value) => _rules.GetValueOrDefault(Folded(value));

    /// <summary>
    /// Whether a value in a list, or of an item of one, names nothing that could be listed: one of the phrases, whatever its case, its
    /// spaces and the full stop after it.
    /// </summary>
    public bool NamesNothing(string value) => RuleInList(value) is not null || _negations.ContainsKey(Bare(value));

    /// <summary>The absence that a value in a list stands for; null when it is an answer.</summary>
    internal AbsenceRule? RuleInList(string value) => _rules.GetValueOrDefault(Bare(value));

    private static string Bare(string text) => Folded(text).TrimEnd(Ends).TrimEnd().Trim('"', '\'', '(', ')');

    private static string Folded(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
}

/// <summary>One phrase that means that something is not there.</summary>
/// <param name="Phrase">The vendor's phrase; empty for a value that is empty or null.</param>
/// <param name="Reason">Why it is not there.</param>
/// <param name="ShownAs">What a reader of the note sees: a section may not consist of a reason alone (invariant cmp-1).</param>
public sealed record AbsenceRule(string Phrase, Concept Reason, string ShownAs);

/// <summary>A phrase whose meaning is about to be said.</summary>
public sealed class PhraseWords
{
    private readonly RuleName _name;
    private readonly Absence _absence;
    private readonly string _phrase;

    internal PhraseWords(string mapping, Absence absence, string phrase) =>
        (_name, _absence, _phrase) = (RuleName.Of(mapping, "Phrase", [phrase]), absence, phrase);

    /// <summary>The phrase means that nothing is there, for a reason. An empty phrase must say what a reader is shown instead.</summary>
    /// <exception cref="MappingException">Nothing would be shown, or the phrase has a meaning already.</exception>
    public void MeansAbsent(Concept reason, string? shownAs = null)
    {
        var shown = shownAs ?? _phrase;
        if (string.IsNullOrWhiteSpace(shown)) throw _name.Refused("an empty phrase must say what a reader is shown instead");
        if (!_absence.TryAdd(new AbsenceRule(_phrase, reason, shown))) throw _name.Refused("the phrase has a meaning already");
    }
}
