using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Walks a questionnaire's items and a response's side by side.</summary>
internal sealed class ItemChecks(RuleRun run, Focus response, string demandedBy)
{
    private const int MaxNesting = 60;
    private const int ExtensionLookups = 8;
    private const int OptionCost = 4;

    // Only a finished response must answer everything.
    private readonly bool _isFinished = response.Text("status") is "completed" or "amended";
    private readonly EnableWhen _enableWhen = new(response, run);
    private readonly AnswerChecks _answers = new(run, demandedBy);

    /// <summary>Checks the items of one level.</summary>
    /// <param name="asked">The questionnaire, or an item of it.</param>
    /// <param name="given">The response, or an item or answer of it.</param>
    public void Check(JsonElement asked, Focus given, int nesting)
    {
        if (nesting > MaxNesting) return;
        var items = asked.Items("item").ToList();
        var answered = given.Children("item");
        run.Charge(items.Count + answered.Count, given);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++) places.TryAdd(items[i].Text("linkId") ?? "", i);
        var last = -1;
        foreach (var item in answered)
        {
            var linkId = item.Text("linkId");
            var at = places.GetValueOrDefault(linkId ?? "", -1);
            if (at < 0) Report(QuestionnaireFindings.UnknownItem(linkId), item);
            else if (at < last) Report(QuestionnaireFindings.OutOfOrder(linkId), item);
            last = Math.Max(last, at);
        }

        var byLinkId = answered.ToLookup(item => item.Text("linkId") ?? "", StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            // A linkId that is asked twice is que-2's affair: checking its answers against both would double at each level.
            var linkId = items[i].Text("linkId") ?? "";
            if (places[linkId] == i) CheckItem(items[i], [.. byLinkId[linkId]], given, nesting);
        }
    }

    private void CheckItem(JsonElement asked, List<Focus> given, Focus owner, int nesting)
    {
        var (linkId, type) = (asked.Text("linkId"), asked.Text("type"));
        if (!_enableWhen.IsEnabled(asked))
        {
            foreach (var item in given)
            {
                if (item.Children("answer").Count > 0) Report(QuestionnaireFindings.NotEnabled(linkId), item);
            }

            return;
        }

        var required = asked.Flag("required") && _isFinished;
        if (given.Count == 0 && required && type != "display") Report(QuestionnaireFindings.NoAnswer(linkId), owner);
        if (given.Count > 1 && !(type == "group" && asked.Flag("repeats"))) Report(QuestionnaireFindings.ItemGivenTwice(linkId), given[1]);
        foreach (var item in given)
        {
            if (type == "group") CheckGroup(asked, item, required, nesting);
            else CheckQuestion(asked, item, required, nesting);
        }
    }

    private void CheckGroup(JsonElement asked, Focus item, bool required, int nesting)
    {
        if (item.Children("answer").Count > 0) Report(QuestionnaireFindings.GroupHasAnswers(), item);
        if (required && item.Children("item").Count == 0) Report(QuestionnaireFindings.EmptyGroup(asked.Text("linkId")), item);
        Check(asked, item, nesting + 1);
    }

    private void CheckQuestion(JsonElement asked, Focus item, bool required, int nesting)
    {
        var answers = item.Children("answer");
        var (linkId, count) = (asked.Text("linkId"), answers.Count);
        if (asked.Text("type") == "display")
        {
            if (count > 0) Report(QuestionnaireFindings.DisplayHasAnswers(), item);
            return;
        }

        if (item.Children("item").Count > 0) Report(QuestionnaireFindings.ItemsBesideAnswer(), item);
        if (required && count == 0) Report(QuestionnaireFindings.NoAnswer(linkId), item);
        if (count > 1 && !asked.Flag("repeats")) Report(QuestionnaireFindings.OneAnswerOnly(linkId), item);
        if (_isFinished && asked.Number("questionnaire-minOccurs") is { } least && count < least)
        {
            Report(QuestionnaireFindings.TooFewAnswers(count, least), item);
        }

        if (asked.Number("questionnaire-maxOccurs") is { } most && count > most)
        {
            Report(QuestionnaireFindings.TooManyAnswers(count, most), item);
        }

        run.Charge(Weight(asked) * count, item);
        foreach (var answer in answers)
        {
            if (answer.Children("value") is [var value, ..]) _answers.Check(asked, value);
            Check(asked, answer, nesting + 1);
        }
    }

    // Every answer is checked against all of the question's options and extensions.
    private static long Weight(JsonElement asked) =>
        1 + (OptionCost * Count(asked, "answerOption")) + (ExtensionLookups * Count(asked, "extension"));

    private static long Count(JsonElement asked, string name) =>
        asked.Member(name) is { ValueKind: JsonValueKind.Array } items ? items.GetArrayLength() : 0;

    private void Report(Finding finding, Focus at) => run.Report(finding, at, demandedBy);
}
