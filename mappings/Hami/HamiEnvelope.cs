using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Checking;
using FluentValidation;

namespace FhirGateway.Mappings.Hami;

/// <summary>What a HAMI message must have before anything is made of it.</summary>
public sealed record HamiEnvelope(
    [property: JsonPropertyName("appointmentId")] JsonElement AppointmentId,
    [property: JsonPropertyName("dateCreated")] JsonElement DateCreated,
    [property: JsonPropertyName("intakeSummary")] JsonElement IntakeSummary);

/// <summary>Its page's two refusals: 400 for a missing field or a wrong shape, 422 for a value that can't be right.</summary>
public sealed class HamiEnvelopeValidator : EnvelopeValidator<HamiEnvelope>
{
    public HamiEnvelopeValidator()
    {
        RuleFor(e => e.AppointmentId).IsId("/appointmentId", Verdict.Malformed);
        RuleFor(e => e.IntakeSummary).IsObject("/intakeSummary", Verdict.Malformed);
        RuleFor(e => e.DateCreated).IsText("/dateCreated", maxLength: 64, Verdict.Malformed);
        RuleFor(e => e.DateCreated).IsInstant("/dateCreated").When(e => e.DateCreated.ValueKind == JsonValueKind.String);
    }
}
