using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Checking;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mappings.Nabla;

/// <summary>What every event has, and what a note's event has inside <c>data</c>.</summary>
public sealed record NablaEnvelope(
    [property: JsonPropertyName("id")] JsonElement Id,
    [property: JsonPropertyName("created_at")] JsonElement CreatedAt,
    [property: JsonPropertyName("type")] JsonElement Type,
    [property: JsonPropertyName("data")] JsonElement Data)
{
    internal JsonElement InData(string pointer) => JsonPointer.Find(Data, pointer) ?? default;
}

/// <summary>Any event but a note: recorded by its id, whatever else it holds.</summary>
public sealed class NablaEventValidator : EnvelopeValidator<NablaEnvelope>
{
    public NablaEventValidator() => RuleFor(e => e.Id).IsId("/id");
}

/// <summary>
/// A note's event, as its page describes it. What a section holds is not looked at here: templates gain sections without notice, and one
/// odd
/// section must not cost the note. Nabla gives up sending what it is refused.
/// </summary>
public sealed class NablaNoteValidator : EnvelopeValidator<NablaEnvelope>
{
    public NablaNoteValidator()
    {
        RuleFor(e => e.Id).IsUuid("/id");
        RuleFor(e => e.CreatedAt).IsInstant("/created_at");
        RuleFor(e => e.InData("/id")).IsUuid("/data/id");
        RuleFor(e => e.InData("/client_request_id")).IsText("/data/client_request_id", maxLength: 128, required: false);
        RuleFor(e => e.InData("/status")).Check("/data/status", Verdict.Invalid, required: true, IsStatus);
        RuleFor(e => e.InData("/payload/note")).IsObject("/data/payload/note");
        RuleFor(e => e.InData("/payload/note/sections")).IsArray("/data/payload/note/sections", maxItems: 500);
    }

    // Lower case until API 2024-10-01.
    private static string? IsStatus(JsonElement status) =>
        status.ValueKind == JsonValueKind.String && status.GetString()!.ToUpperInvariant() is "SUCCEEDED" or "FAILED" or "ONGOING"
            ? null
            : "must be ONGOING, FAILED or SUCCEEDED";
}

/// <summary>Refuses what belongs to Nabla Connect.</summary>
public sealed class NablaConnectValidator : EnvelopeValidator<NablaEnvelope>
{
    public NablaConnectValidator() => RuleFor(e => e.Type).Check("/type", Verdict.Malformed, required: true, _ =>
        "belongs to Nabla Connect, another product with an answer of its own: nothing was exported");
}
