using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>One answer against its question: type, options, bounds and lengths.</summary>
internal sealed class AnswerChecks(RuleRun run, string demandedBy)
{
    private const string Sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

    public void Check(JsonElement asked, Focus value)
    {
        var types = TypesOf(asked.Text("type"));
        if (types.Length > 0 && !types.Contains(value.Type))
        {
            Report(QuestionnaireFindings.WrongType(types, value.Type), value);
            return;
        }

        CheckOptions(asked, value);
        CheckBound(asked.Extension("minValue") ?? asked.Extension(Sdc + "minQuantity"), value, isMinimum: true);
        CheckBound(asked.Extension("maxValue") ?? asked.Extension(Sdc + "maxQuantity"), value, isMinimum: false);
        switch (value.Type)
        {
            case "string":
                CheckText(asked, value);
                break;
            case "Quantity":
                CheckUnit(asked, value);
                break;
            case "Reference":
                CheckReference(asked, value);
                break;
            case "decimal":
                CheckDecimals(asked, value);
                break;
            case "Attachment":
                CheckSize(asked, value);
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
        "choice" or "open-choice" => ["Coding", "string", "integer", "date", "time", "Reference"],
        _ => [],
    };

    private void CheckOptions(JsonElement asked, Focus value)
    {
        var isOpen = asked.Text("type") == "open-choice";
        var options = asked.Items("answerOption").Select(option => TypedValue.Of(option, "value")).OfType<TypedValue>()
            .Where(option => option.Type == value.Type).ToList();
        if (options.Count > 0 && !isOpen && !options.Exists(option => IsSame(value.Json, option.Json)))
        {
            Report(QuestionnaireFindings.NotAnOption(Shown(value)), value);
        }

        if (asked.Text("answerValueSet") is not { } valueSet || value.Type != "Coding" || valueSet.StartsWith('#')) return;
        var answer = CodedValue.Ask(value.Json, "Coding", valueSet, run.Terminology);
        if (answer.Membership == Membership.No && !isOpen) Report(QuestionnaireFindings.NotInValueSet(Shown(value), valueSet), value);
        if (answer.Membership == Membership.Unknown)
        {
            Report(QuestionnaireFindings.OptionUnchecked(Shown(value), valueSet, answer.Reason), value);
        }
    }

    private void CheckBound(JsonElement? bound, Focus value, bool isMinimum)
    {
        if (bound is not { } limit) return;
        var shown = JsonMatching.Shown(limit);
        var hasUnits = value.Type != "Quantity" || value.Text("code") is not null && limit.Text("code") is not null;
        if (!hasUnits || ValueOrder.Compare(value.Node, FhirNode.Of(limit, value.Type)) is not { } order)
        {
            Report(QuestionnaireFindings.BoundNotComparable(shown, isMinimum), value);
            return;
        }

        if (isMinimum ? order >= 0 : order <= 0) return;
        Report(QuestionnaireFindings.BeyondBound(JsonMatching.Shown(value.Json), shown, isMinimum), value);
    }

    private void CheckText(JsonElement asked, Focus value)
    {
        if (value.Json.ValueKind != JsonValueKind.String) return;
        var length = CodePoints.Count(value.Json.GetString());
        if (asked.Integer("maxLength") is { } most && length > most) Report(QuestionnaireFindings.TooLong(length, most), value);
        if (asked.Number("minLength") is { } least && length < least) Report(QuestionnaireFindings.TooShort(length, least), value);
    }

    private void CheckUnit(JsonElement asked, Focus value)
    {
        var options = asked.ExtensionsOf("questionnaire-unitOption").ToList();
        var (system, code) = (value.Text("system"), value.Text("code"));
        if (options.Count > 0 && !options.Exists(option => option.Text("code") == code && option.Text("system") == system))
        {
            Report(QuestionnaireFindings.UnitNotAnOption(system, code), value);
        }

        if (asked.Extension("questionnaire-unitValueSet") is not { ValueKind: JsonValueKind.String } valueSet) return;
        var set = valueSet.GetString()!;
        if (CodedValue.Ask(value.Json, "Quantity", set, run.Terminology).Membership == Membership.No)
        {
            Report(QuestionnaireFindings.UnitNotInValueSet(system, code, set), value);
        }
    }

    private void CheckReference(JsonElement asked, Focus value)
    {
        if (value.Text("reference") is not { } reference || reference.StartsWith('#')) return;
        if (reference.StartsWith("urn:", StringComparison.Ordinal)) return;
        var type = run.References.Resolve(reference, value)?.Type ?? ReferenceForm.TypeOf(reference);
        var allowed = asked.ExtensionsOf("questionnaire-referenceResource")
            .Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()).ToList();
        if (type is null) Report(QuestionnaireFindings.NoTargetType(reference), value);
        else if (allowed.Count > 0 && !allowed.Contains(type)) Report(QuestionnaireFindings.WrongTarget(type, allowed), value);
    }

    private void CheckDecimals(JsonElement asked, Focus value)
    {
        if (asked.Number("maxDecimalPlaces") is not { } most || value.Json.ValueKind != JsonValueKind.Number) return;
        var raw = value.Json.GetRawText();
        var dot = raw.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0 && raw.Length - dot - 1 > most) Report(QuestionnaireFindings.TooManyDecimals(raw, most), value);
    }

    private void CheckSize(JsonElement asked, Focus value)
    {
        if (asked.Extension("maxSize") is not { ValueKind: JsonValueKind.Number } most || !most.TryGetDecimal(out var limit)) return;
        var size = value.LongText("data") is { } data ? data.Length / 4 * 3 - data.AsSpan().Count('=') : value.Json.Integer("size") ?? 0;
        if (size > limit) Report(QuestionnaireFindings.AttachmentTooLarge(size, limit), value);
    }

    private static bool IsSame(JsonElement value, JsonElement option) =>
        value.ValueKind == JsonValueKind.Object && option.Text("code") is { } code
            ? value.Text("code") == code && value.Text("system") == option.Text("system")
            : JsonElement.DeepEquals(value, option);

    private static string Shown(Focus value) => value.Type == "Coding" ? CodedValue.Shown(value.Json) : JsonMatching.Shown(value.Json);

    private void Report(Finding finding, Focus at) => run.Report(finding, at, demandedBy);
}
