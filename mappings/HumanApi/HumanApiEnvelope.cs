using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Checking;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mappings.HumanApi;

/// <summary>One event of the array.</summary>
public sealed record HumanApiEnvelope(
    [property: JsonPropertyName("eventId")] JsonElement EventId,
    [property: JsonPropertyName("timestamp")] JsonElement Timestamp,
    [property: JsonPropertyName("orderId")] JsonElement OrderId,
    [property: JsonPropertyName("humanId")] JsonElement HumanId,
    [property: JsonPropertyName("eventPayload")] JsonElement EventPayload)
{
    internal JsonElement Note => JsonPointer.Find(EventPayload, "/note") ?? default;

    internal JsonElement ProviderNames => JsonPointer.Find(EventPayload, "/providerNames") ?? default;

    internal JsonElement ProviderIds => JsonPointer.Find(EventPayload, "/providerIds") ?? default;
}

/// <summary>Any event but a note is an object; nothing else is asked of it.</summary>
public sealed class HumanApiEventValidator : EnvelopeValidator<HumanApiEnvelope>;

/// <summary>A note's event, as its page describes it. Its time names no zone.</summary>
public sealed class HumanApiNoteValidator : EnvelopeValidator<HumanApiEnvelope>
{
    private const int MostProviders = 500;

    public HumanApiNoteValidator()
    {
        RuleFor(e => e.EventId).IsUuid("/eventId");
        RuleFor(e => e.Timestamp).IsInstant("/timestamp", zoneRequired: false);
        RuleFor(e => e.OrderId).IsId("/orderId");
        RuleFor(e => e.HumanId).IsId("/humanId");
        RuleFor(e => e.EventPayload).IsObject("/eventPayload");
        RuleFor(e => e.Note).Check(
            "/eventPayload/note", Verdict.Invalid, required: true, note => SaysSomething(note) ? null : "must say something");
        RuleFor(e => e.ProviderNames).Check("/eventPayload/providerNames", Verdict.Invalid, required: false, TooLong);
        RuleFor(e => e.ProviderIds).Check("/eventPayload/providerIds", Verdict.Invalid, required: false, TooLong);
    }

    private static string? TooLong(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > MostProviders
            ? $"must not hold more than {MostProviders} items"
            : null;

    // Anything that is there is shown, whatever its shape.
    private static bool SaysSomething(JsonElement note) =>
        note.ValueKind != JsonValueKind.String || !string.IsNullOrWhiteSpace(note.GetString());
}
