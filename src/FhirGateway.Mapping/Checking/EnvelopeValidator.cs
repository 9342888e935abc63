using System.Text.Json;
using FhirGateway.Mapping.Json;
using FluentValidation;
using FluentValidation.Results;

namespace FhirGateway.Mapping.Checking;

/// <summary>
/// The rules of a payload's envelope. An envelope is a record of <see cref="JsonElement"/>s, so that a value of the wrong type
/// reaches a rule that can name it; a key that is missing is <see cref="JsonValueKind.Undefined"/>.
/// </summary>
public abstract class EnvelopeValidator<TEnvelope> : AbstractValidator<TEnvelope>, IEnvelopeRules
{
    private static readonly JsonSerializerOptions AsDeepAsRead = new() { MaxDepth = StrictJson.MaxDepth };

    IReadOnlyList<EnvelopeFailure> IEnvelopeRules.Check(JsonElement body)
    {
        var envelope = body.Deserialize<TEnvelope>(AsDeepAsRead) ?? throw new InvalidOperationException("The engine checks objects only.");
        return [.. Validate(envelope).Errors.Select(e => e.CustomState as EnvelopeFailure
            ?? new EnvelopeFailure(Verdict.Invalid, Problem.Error("value", e.ErrorMessage, e.PropertyName)))];
    }
}

/// <summary>The rules as the engine asks them.</summary>
internal interface IEnvelopeRules
{
    IReadOnlyList<EnvelopeFailure> Check(JsonElement body);
}

/// <summary>A broken rule, and how the vendor is answered for it.</summary>
public sealed record EnvelopeFailure(Verdict Verdict, Problem Problem);

/// <summary>Rules that vendors share. Each names its place by RFC 6901 pointer and never repeats the value.</summary>
public static class EnvelopeRules
{
    /// <summary>No identifier of a site's is longer; FHIR's own ids stop at 64.</summary>
    public const int MaxIdLength = 256;

    /// <summary>An identifier: text or a whole number, not blank, bounded, without control characters.</summary>
    public static IRuleBuilderOptionsConditions<T, JsonElement> IsId<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, Verdict otherwise = Verdict.Invalid, bool required = true) =>
        rule.Check(pointer, otherwise, required, IdFlaw);

    /// <summary>
    /// Text of at most <paramref name="maxLength"/> UTF-16 units; <paramref name="blank"/> says whether it may hold nothing.
    /// </summary>
    public static IRuleBuilderOptionsConditions<T, JsonElement> IsText<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, int maxLength, Verdict otherwise = Verdict.Invalid, bool required = true,
        bool blank = false) =>
        rule.Check(pointer, otherwise, required, value =>
            value.ValueKind != JsonValueKind.String ? "must be a string"
            : value.GetString()!.Length > maxLength ? $"must not be longer than {maxLength} characters"
            : !blank && string.IsNullOrWhiteSpace(value.GetString()) ? "must not be blank"
            : null);

    /// <summary>A UUID in its usual spelling (RFC 9562).</summary>
    public static IRuleBuilderOptionsConditions<T, JsonElement> IsUuid<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, Verdict otherwise = Verdict.Invalid, bool required = true) =>
        rule.Check(pointer, otherwise, required, value =>
            value.ValueKind != JsonValueKind.String
                ? "must be a string" : Uuids.Find(value.GetString()) is not null ? null
                : "must be a UUID");

    /// <summary>A point in time with its zone (ISO 8601); <paramref name="zoneRequired"/> false also takes one without.</summary>
    public static IRuleBuilderOptionsConditions<T, JsonElement> IsInstant<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, Verdict otherwise = Verdict.Invalid, bool required = true,
        bool zoneRequired = true) =>
        rule.Check(pointer, otherwise, required, value =>
            value.ValueKind != JsonValueKind.String ? "must be a string"
            : Moment.TryParse(value.GetString()!, zoneRequired ? null : TimeSpan.Zero, out _) ? null
            : zoneRequired ? "must be an ISO 8601 date and time with its zone" : "must be an ISO 8601 date and time");

    public static IRuleBuilderOptionsConditions<T, JsonElement> IsObject<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, Verdict otherwise = Verdict.Invalid, bool required = true,
        int maxKeys = 500) =>
        rule.Check(pointer, otherwise, required, value =>
            value.ValueKind != JsonValueKind.Object ? "must be an object"
            : value.EnumerateObject().Count() > maxKeys ? $"must not hold more than {maxKeys} keys"
            : null);

    public static IRuleBuilderOptionsConditions<T, JsonElement> IsArray<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, Verdict otherwise = Verdict.Invalid, bool required = true,
        int maxItems = VendorDefinition.UsualMaxItems) =>
        rule.Check(pointer, otherwise, required, value =>
            value.ValueKind != JsonValueKind.Array ? "must be an array"
            : value.GetArrayLength() > maxItems ? $"must not hold more than {maxItems} items"
            : null);

    /// <summary>Every item of an array (which another rule requires) is an object that keeps rules of its own.</summary>
    public static IRuleBuilderOptionsConditions<T, JsonElement> HasItems<T, TItem>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, EnvelopeValidator<TItem> items, Verdict otherwise = Verdict.Invalid) =>
        rule.Custom((value, context) =>
        {
            if (value.ValueKind != JsonValueKind.Array) return;
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                var at = JsonPointer.Append(pointer, index++);
                var failures = item.ValueKind == JsonValueKind.Object
                    ? ((IEnvelopeRules)items).Check(item).Select(f => new EnvelopeFailure(
                        f.Verdict, f.Problem with { Text = at + f.Problem.Text, Pointer = at + f.Problem.Pointer }))
                    : [new EnvelopeFailure(otherwise, Problem.Error("value", $"{at} must be an object.", at))];
                foreach (var failure in failures)
                {
                    context.AddFailure(new ValidationFailure(failure.Problem.Pointer, failure.Problem.Text) { CustomState = failure });
                }
            }
        });

    /// <summary>
    /// A rule of the vendor's own: <paramref name="check"/> answers what is wrong, as the end of a sentence that begins with the place;
    /// null when nothing is.
    /// </summary>
    public static IRuleBuilderOptionsConditions<T, JsonElement> Check<T>(
        this IRuleBuilder<T, JsonElement> rule, string pointer, Verdict otherwise, bool required, Func<JsonElement, string?> check) =>
        rule.Custom((value, context) =>
        {
            var missing = value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
            var wrong = missing ? required ? "is required" : null : check(value);
            if (wrong is null) return;
            var problem = Problem.Error(missing ? "required" : "value", $"{pointer} {wrong}.", pointer);
            context.AddFailure(new ValidationFailure(pointer, problem.Text) { CustomState = new EnvelopeFailure(otherwise, problem) });
        });

    /// <summary>What is wrong with an identifier, as the end of a sentence that begins with its place; null when nothing is.</summary>
    internal static string? IdFlaw(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out _) => null,
        JsonValueKind.String => Id(value.GetString()!),
        _ => "must be a string",
    };

    private static string? Id(string id) =>
        string.IsNullOrWhiteSpace(id) ? "must not be blank"
        : id.Length > MaxIdLength ? $"must not be longer than {MaxIdLength} characters"
        : id.Any(char.IsControl) ? "must not hold control characters"
        : null;
}
