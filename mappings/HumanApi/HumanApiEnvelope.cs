using System.Text.Json;
using System.Text.Json.Serialization;
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
    public HumanApiNoteValidator()
    {
        RuleFor(e => e.EventId).IsUuid("/eventId");
        RuleFor(e => e.Timestamp).IsInstant("/timestamp", zoneRequired: false);
        RuleFor(e => e.OrderId).IsId("/orderId");
        RuleFor(e => e.HumanId).IsId("/humanId");
        RuleFor(e => e.EventPayload).IsObject("/eventPayload");
        RuleFor(e => e.Note).IsText("/eventPayload/note", maxLength: 1_000_000);
        RuleFor(e => e.ProviderNames).IsArray("/eventPayload/providerNames", required: false, maxItems: 500);
        RuleFor(e => e.ProviderIds).IsArray("/eventPayload/providerIds", required: false, maxItems: 500);
    }
}
