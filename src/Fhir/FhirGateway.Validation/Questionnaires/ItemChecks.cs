using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Walks a questionnaire's items and a response's side by side.</summary>
internal sealed class ItemChecks(ValidationRun run, Focus response)
{
    private const int MaxNesting = 60;
    private const int ExtensionLookups = 8;
    private const int OptionCost = 4;
    private const string Extensions = "http://hl7.org/fhir/StructureDefinition/";

    // Only a finished response must answer everything.
    private readonly bool _isFinished = response.Text("status") is "completed" or "amended";
    private readonly EnableWhen _enableWhen = new(response, run);

    /// <summary>Checks the items of one level.</summary>
    /// <param name="asked">The questionnaire, or an item of it.</param>
    /// <param name="given">The response, or an item or answer of it.</param>
    public void Check(JsonElement asked, Focus given, int nesting)
    {
        if (nesting > MaxNesting) return;
        var items = asked.Items("item").ToList();
        var answered = ElementReader.Children(given, "item");
        run.Charge(items.Count + answered.Count, given);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++) places.TryAdd(items[i].Text("linkId") ?? "", i);
        var last = -1;
        foreach (var item in answered)
        {
            var linkId = item.Text("linkId");
            var at = places.GetValueOrDefault(linkId ?? "", -1);
            if (at < 0) Error(item, $"The questionnaire has no item '{Words.Shown(linkId)}' here: mend its linkId, or move it.", "questionnaire-item");
            else if (at < last) Error(item, $"The item '{Words.Shown(linkId)}' is out of the questionnaire's order.", "questionnaire-order");
            last = Math.Max(last, at);
        }

        var byLinkId = answered.ToLookup(item => item.Text("linkId") ?? "", StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            // A linkId that is asked twice is que-2's affair: holding its answers against both would double at each level.
            var linkId = items[i].Text("linkId") ?? "";
            if (places[linkId] == i) CheckItem(items[i], [.. byLinkId[linkId]], given, nesting);
        }
    }

    private void CheckItem(JsonElement asked, List<Focus> given, Focus owner, int nesting)
    {
        var (linkId, type) = (asked.Text("linkId"), asked.Text("type"));
        if (!_enableWhen.IsEnabled(asked))
        {
            foreach (var item in given.Where(item => ElementReader.Children(item, "answer").Count > 0)) Error(item, $"The item '{linkId}' is answered, though the questionnaire does not enable it.", "questionnaire-enabled");
            return;
        }

        var required = asked.Flag("required") && _isFinished;
        if (given.Count == 0 && required && type != "display") Error(owner, $"There is no answer for the required item '{linkId}'.", "questionnaire-required");
        if (given.Count > 1 && !(type == "group" && asked.Flag("repeats"))) Error(given[1], $"Only one item may have the linkId '{linkId}'.", "questionnaire-repeats");
        foreach (var item in given)
        {
            if (type == "group") CheckGroup(asked, item, required, nesting);
            else CheckQuestion(asked, item, required, nesting);
        }
    }

    private void CheckGroup(JsonElement asked, Focus item, bool required, int nesting)
    {
        if (ElementReader.Children(item, "answer").Count > 0) Error(item, "A group has no answers: move them to its questions.", "questionnaire-group");
        if (required && ElementReader.Children(item, "item").Count == 0) Error(item, $"The required group '{asked.Text("linkId")}' has no items.", "questionnaire-required");
        Check(asked, item, nesting + 1);
    }

    private void CheckQuestion(JsonElement asked, Focus item, bool required, int nesting)
    {
        var answers = ElementReader.Children(item, "answer");
        if (asked.Text("type") == "display")
        {
            if (answers.Count > 0) Error(item, "An item of type display can't be answered.", "questionnaire-display");
            return;
        }

        if (ElementReader.Children(item, "item").Count > 0) Error(item, "Items below a question belong inside its answer.", "questionnaire-nesting");
        if (required && answers.Count == 0) Error(item, $"There is no answer for the required item '{asked.Text("linkId")}'.", "questionnaire-required");
        if (answers.Count > 1 && !asked.Flag("repeats")) Error(item, $"Only one answer is allowed for '{asked.Text("linkId")}'.", "questionnaire-repeats");
        if (_isFinished && Extension(asked, "questionnaire-minOccurs")?.TryGetInt32(out var least) == true && answers.Count < least) Error(item, $"At least {least} answers are needed, but there are {answers.Count}.", "questionnaire-occurs");
        if (Extension(asked, "questionnaire-maxOccurs")?.TryGetInt32(out var most) == true && answers.Count > most) Error(item, $"At most {most} answers are allowed, but there are {answers.Count}.", "questionnaire-occurs");
        run.Charge(Weight(asked) * answers.Count, item);
        foreach (var answer in answers)
        {
            if (ElementReader.Children(answer, "value") is [var value, ..]) AnswerChecks.Check(asked, value, run);
            Check(asked, answer, nesting + 1);
        }
    }

    // Every answer is held against all of the question's options and extensions.
    private static long Weight(JsonElement asked) => 1 + (OptionCost * Count(asked, "answerOption")) + (ExtensionLookups * Count(asked, "extension"));

    private static long Count(JsonElement asked, string name) => asked.Member(name) is { ValueKind: JsonValueKind.Array } items ? items.GetArrayLength() : 0;

    /// <summary>The value of an extension of a questionnaire's item; null when it has none.</summary>
    public static JsonElement? Extension(JsonElement item, string name) => ExtensionsOf(item, name).FirstOrDefault() is { ValueKind: not JsonValueKind.Undefined } value ? value : null;

    /// <summary>The values of all extensions of a name; a name that is a url is taken as it is.</summary>
    public static IEnumerable<JsonElement> ExtensionsOf(JsonElement item, string name)
    {
        var url = name.Contains(':', StringComparison.Ordinal) ? name : Extensions + name;
        return item.Items("extension").Where(extension => extension.Text("url") == url).Select(extension => TypedValue.Of(extension, "value")?.Json).OfType<JsonElement>();
    }

    private void Error(Focus focus, string text, string rule) => run.Error("structure", text, focus, focus.Shape, rule);
}
