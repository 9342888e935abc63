using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping.Checking;

namespace FhirGateway.Tests.ExampleVendors.Timestamped;

/// <summary>What a note's event must have.</summary>
public sealed record TimestampedEnvelope(
    [property: JsonPropertyName("note_id")] JsonElement NoteId,
    [property: JsonPropertyName("version")] JsonElement Version,
    [property: JsonPropertyName("finished_at")] JsonElement FinishedAt,
    [property: JsonPropertyName("patient")] JsonElement Patient,
    [property: JsonPropertyName("sections")] JsonElement Sections);

/// <summary>Any sections; the rest is asked for.</summary>
public sealed class TimestampedEnvelopeValidator : EnvelopeValidator<TimestampedEnvelope>
{
    public TimestampedEnvelopeValidator()
    {
        RuleFor(e => e.NoteId).IsId("/note_id");
        RuleFor(e => e.Version).IsId("/version");
        RuleFor(e => e.FinishedAt).IsInstant("/finished_at");
        RuleFor(e => e.Patient).IsId("/patient");
        RuleFor(e => e.Sections).IsObject("/sections");
    }
}
