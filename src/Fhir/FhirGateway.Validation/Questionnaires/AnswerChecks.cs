using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.References;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>One answer against its question: type, options, bounds and lengths.</summary>
internal static class AnswerChecks
{
    private const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    public static void Check(JsonElement asked, Focus value, ValidationRun run)
    {
        var types = TypesOf(asked.Text("type"));
        if (types.Length > 0 && !types.Contains(value.Type))
        {
            Error(value, $"The answer must be of type {string.Join(" or ", types)}, not {value.Type}.", "questionnaire-type", run);
            return;
        }

        CheckOptions(asked, value, run);
        CheckBounds(asked, value, run);
        switch (value.Type)
        {
            case "string":
                CheckText(asked, value, run);
                break;
            case "Quantity":
                CheckUnit(asked, value, run);
                break;
            case "Reference":
                CheckReference(asked, value, run);
                break;
            case "decimal":
                CheckDecimals(asked, value, run);
                break;
            case "Attachment":
                CheckSize(asked, value, run);
                break;
            default:
                break;
        }
    }

    private static string[] TypesOf(string? type) => type switch
    {
        "boolean" or "decimal" or "integer" or "date" or "dateTime" or "time" => [type],
        "string" or "text" => ["string"],
        "url" => ["uri"],
        "attachment" => ["Attachment"],
        "reference" => ["Reference"],
        "quantity" => ["Quantity"],
        // R4 lets any option type be chosen; without options a text can't be judged.
        "choice" => ["Coding", "string", "integer", "date", "time", "Reference"],
        "open-choice" => ["Coding", "string", "integer", "date", "time", "Reference"],
        _ => [],
    };

    private static void CheckOptions(JsonElement asked, Focus value, ValidationRun run)
    {
        var isOpen = asked.Text("type") == "open-choice";
        var options = asked.Items("answerOption").Select(option => TypedValue.Of(option, "value")).OfType<TypedValue>().Where(option => option.Type == value.Type).ToList();
        if (options.Count > 0 && !isOpen && !options.Exists(option => IsSame(value.Json, option.Json))) Error(value, $"{CodedOrPlain(value)} is not among the options the questionnaire gives.", "questionnaire-option", run);
        if (asked.Text("answerValueSet") is not { } valueSet || value.Type != "Coding") return;
        if (valueSet.StartsWith('#')) return;
        var answer = CodedValue.Ask(value.Json, "Coding", valueSet, run.Terminology);
        if (answer.Membership == Membership.No && !isOpen) Error(value, $"{CodedOrPlain(value)} is not in the value set {valueSet} that the questionnaire gives.", "questionnaire-option", run);
        if (answer.Membership == Membership.Unknown) run.Report(IssueSeverity.Information, "not-supported", $"Not checked whether {CodedOrPlain(value)} is in {valueSet}: {answer.Reason}.", value, value.Shape, "questionnaire-option");
    }

    private static void CheckBounds(JsonElement asked, Focus value, ValidationRun run)
    {
        CheckBound(ItemChecks.Extension(asked, "minValue") ?? ItemChecks.Extension(asked, Sdc + "minQuantity"), value, isMinimum: true, run);
        CheckBound(ItemChecks.Extension(asked, "maxValue") ?? ItemChecks.Extension(asked, Sdc + "maxQuantity"), value, isMinimum: false, run);
    }

    private static void CheckBound(JsonElement? bound, Focus value, bool isMinimum, ValidationRun run)
    {
        if (bound is not { } limit) return;
        var hasUnits = value.Type != "Quantity" || value.Text("code") is not null && limit.Text("code") is not null;
        if (!hasUnits || ValueOrder.Compare(value.Node, FhirNode.Of(limit, value.Type)) is not { } order)
        {
            Error(value, $"The value can't be compared with the {(isMinimum ? "least" : "most")} allowed, {JsonMatching.Shown(limit)}: give both formal units of one kind.", "questionnaire-bound", run);
            return;
        }

        if (isMinimum ? order < 0 : order > 0) Error(value, $"{JsonMatching.Shown(value.Json)} is {(isMinimum ? "below the least" : "above the most")} allowed, {JsonMatching.Shown(limit)}.", "questionnaire-bound", run);
    }

    private static void CheckText(JsonElement asked, Focus value, ValidationRun run)
    {
        if (value.Json.ValueKind != JsonValueKind.String) return;
        var length = value.Json.GetString()!.Length;
        if (asked.Integer("maxLength") is { } most && length > most) Error(value, $"The answer has {length} characters, but at most {most} are allowed.", "questionnaire-length", run);
        if (ItemChecks.Extension(asked, "minLength")?.TryGetInt32(out var least) == true && length < least) Error(value, $"The answer has {length} characters, but at least {least} are needed.", "questionnaire-length", run);
    }

    private static void CheckUnit(JsonElement asked, Focus value, ValidationRun run)
    {
        var options = ItemChecks.ExtensionsOf(asked, "questionnaire-unitOption").ToList();
        var (system, code) = (value.Text("system"), value.Text("code"));
        if (options.Count > 0 && !options.Exists(option => option.Text("code") == code && option.Text("system") == system)) Error(value, $"The unit {system}#{code} is not among the units the questionnaire gives.", "questionnaire-unit", run);
        if (ItemChecks.Extension(asked, "questionnaire-unitValueSet") is not { ValueKind: JsonValueKind.String } valueSet) return;
        if (CodedValue.Ask(value.Json, "Quantity", valueSet.GetString()!, run.Terminology).Membership == Membership.No) Error(value, $"The unit {system}#{code} is not in the value set {valueSet}.", "questionnaire-unit", run);
    }

    private static void CheckReference(JsonElement asked, Focus value, ValidationRun run)
    {
        if (value.Text("reference") is not { } reference || reference.StartsWith('#') || reference.StartsWith("urn:", StringComparison.Ordinal)) return;
        var type = run.References.Resolve(reference, value)?.Type ?? ReferenceForm.TypeOf(reference);
        var allowed = ItemChecks.ExtensionsOf(asked, "questionnaire-referenceResource").Select(item => item.GetString()).ToList();
        if (type is null) Error(value, $"'{Words.Shown(reference)}' names no R4 resource type.", "questionnaire-reference", run);
        else if (allowed.Count > 0 && !allowed.Contains(type)) Error(value, $"The reference points at a {type}, but must point at {string.Join(" or ", allowed)}.", "questionnaire-reference", run);
    }

    private static void CheckDecimals(JsonElement asked, Focus value, ValidationRun run)
    {
        if (ItemChecks.Extension(asked, "maxDecimalPlaces")?.TryGetInt32(out var most) != true || value.Json.ValueKind != JsonValueKind.Number) return;
        var raw = value.Json.GetRawText();
        var dot = raw.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0 && raw.Length - dot - 1 > most) Error(value, $"{Words.Shown(raw)} has more than {most} decimal places.", "questionnaire-decimals", run);
    }

    private static void CheckSize(JsonElement asked, Focus value, ValidationRun run)
    {
        if (ItemChecks.Extension(asked, "maxSize") is not { ValueKind: JsonValueKind.Number } most || !most.TryGetDecimal(out var limit)) return;
        var size = value.LongText("data") is { } data ? data.Length / 4 * 3 - data.AsSpan().Count('=') : value.Json.Integer("size") ?? 0;
        if (size > limit) Error(value, $"The attachment has {size} bytes, but at most {limit} are allowed.", "questionnaire-size", run);
    }

    private static bool IsSame(JsonElement value, JsonElement option) =>
        value.ValueKind == JsonValueKind.Object && option.Text("code") is { } code ? value.Text("code") == code && value.Text("system") == option.Text("system") : JsonElement.DeepEquals(value, option);

    private static string CodedOrPlain(Focus value) => value.Type == "Coding" ? CodedValue.Shown(value.Json) : JsonMatching.Shown(value.Json);

    private static void Error(Focus focus, string text, string rule, ValidationRun run) => run.Error("value", text, focus, focus.Shape, rule);
}
