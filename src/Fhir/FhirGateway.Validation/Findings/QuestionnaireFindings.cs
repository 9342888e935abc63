namespace FhirGateway.Validation.Findings;

/// <summary>Responses that do not answer their questionnaire as it asks (http://hl7.org/fhir/R4/questionnaireresponse.html).</summary>
internal static class QuestionnaireFindings
{
    public static Finding Unavailable(string canonical) =>
        new(
            "questionnaire-known", "not-found", IssueSeverity.Information,
            $"The questionnaire {Words.Shown(canonical)} is not available, so the answers were not checked against it.");

    public static Finding UnknownItem(string? linkId) =>
        Item("item", $"The questionnaire has no item '{Words.Shown(linkId)}' here: correct its linkId, or move it.");

    public static Finding OutOfOrder(string? linkId) =>
        Item("order", $"The item '{Words.Shown(linkId)}' is not in the questionnaire's order.");

    public static Finding NotEnabled(string? linkId) =>
        Item("enabled", $"The item '{linkId}' is answered, though the questionnaire does not enable it.");

    public static Finding NoAnswer(string? linkId) => Item("required", $"There is no answer for the required item '{linkId}'.");

    public static Finding EmptyGroup(string? linkId) => Item("required", $"The required group '{linkId}' has no items.");

    public static Finding ItemGivenTwice(string? linkId) => Item("repeats", $"Only one item may have the linkId '{linkId}'.");

    public static Finding OneAnswerOnly(string? linkId) => Item("repeats", $"Only one answer is allowed for '{linkId}'.");

    public static Finding GroupHasAnswers() => Item("group", "A group has no answers: move them to its questions.");

    public static Finding DisplayHasAnswers() => Item("display", "An item of type display can't be answered.");

    public static Finding ItemsBesideAnswer() => Item("nesting", "Items below a question belong inside its answer.");

    public static Finding TooFewAnswers(int count, int least) =>
        Item("occurs", $"At least {least} answers are needed, but there are {count}.");

    public static Finding TooManyAnswers(int count, int most) =>
        Item("occurs", $"At most {most} answers are allowed, but there are {count}.");

    public static Finding WrongType(IEnumerable<string> types, string actual) =>
        Answer("type", $"The answer must be of type {string.Join(" or ", types)}, not {actual}.");

    public static Finding NotAnOption(string value) => Answer("option", $"{value} is not among the options of the questionnaire.");

    public static Finding NotInValueSet(string value, string valueSet) =>
        Answer("option", $"{value} is not in the questionnaire's value set {valueSet}.");

    public static Finding OptionUnchecked(string value, string valueSet, string? why) =>
        Finding.Unchecked("questionnaire-option", $"Not checked whether {value} is in {valueSet}: {why}.");

    public static Finding BoundNotComparable(string limit, bool isMinimum) =>
        Answer("bound", $"The value can't be compared with the {Side(isMinimum)} allowed, {limit}: give both formal units of one kind.");

    public static Finding BeyondBound(string value, string limit, bool isMinimum) =>
        Answer("bound", $"{value} is {(isMinimum ? "below" : "above")} the {Side(isMinimum)} allowed, {limit}.");

    public static Finding TooLong(int length, int most) =>
        Answer("length", $"The answer has {length} characters, but at most {most} are allowed.");

    public static Finding TooShort(int length, int least) =>
        Answer("length", $"The answer has {length} characters, but at least {least} are needed.");

    public static Finding UnitNotAnOption(string? system, string? code) =>
        Answer("unit", $"The unit {system}#{code} is not among the units of the questionnaire.");

    public static Finding UnitNotInValueSet(string? system, string? code, string? valueSet) =>
        Answer("unit", $"The unit {system}#{code} is not in the value set {valueSet}.");

    public static Finding NoTargetType(string reference) =>
        Answer("reference", $"'{Words.Shown(reference)}' does not name an R4 resource type.");

    public static Finding WrongTarget(string type, IEnumerable<string?> allowed) =>
        Answer("reference", $"The reference points at a {type}, but must point at {string.Join(" or ", allowed)}.");

    public static Finding TooManyDecimals(string number, int most) =>
        Answer("decimals", $"{Words.Shown(number)} has more than {most} decimal places.");

    public static Finding AttachmentTooLarge(long size, decimal limit) =>
        Answer("size", $"The attachment has {size} bytes, but at most {limit} are allowed.");

    private static Finding Item(string rule, string text) => Finding.Error("questionnaire-" + rule, "structure", text);

    private static Finding Answer(string rule, string text) => Finding.Error("questionnaire-" + rule, "value", text);

    private static string Side(bool isMinimum) => isMinimum ? "least" : "most";
}
