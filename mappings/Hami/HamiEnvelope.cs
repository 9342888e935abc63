using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Checking;
using FluentValidation;
using FluentValidation.Results;

namespace FhirGateway.Mappings.Hami;

/// <summary>What a HAMI message must have before anything is made of it.</summary>
public sealed record HamiEnvelope(
    [property: JsonPropertyName("appointmentId")] JsonElement AppointmentId,
    [property: JsonPropertyName("dateCreated")] JsonElement DateCreated,
    [property: JsonPropertyName("intakeSummary")] JsonElement IntakeSummary);

/// <summary>Its page's two refusals: 400 for a missing field or a wrong shape, 422 for a value that can't be right.</summary>
public sealed class HamiEnvelopeValidator : EnvelopeValidator<HamiEnvelope>
{
    // The words of HAMI's own sample endpoint, which answers so for either of the two.
    private const string MissingFields = "Missing required fields: appointmentId or intakeSummary";

    public HamiEnvelopeValidator()
    {
        RuleFor(e => e).Custom((envelope, context) =>
        {
            var pointer = IsMissing(envelope.AppointmentId) ? "/appointmentId"
                : IsMissing(envelope.IntakeSummary) ? "/intakeSummary"
                : null;
            if (pointer is null) return;
            var problem = Problem.Error("required", MissingFields, pointer);
            context.AddFailure(
                new ValidationFailure(pointer, problem.Text) { CustomState = new EnvelopeFailure(Verdict.Malformed, problem) });
        });
        RuleFor(e => e.AppointmentId).IsId("/appointmentId", Verdict.Malformed).When(e => !IsMissing(e.AppointmentId));
        RuleFor(e => e.IntakeSummary).IsObject("/intakeSummary", Verdict.Malformed, required: false);
        RuleFor(e => e.DateCreated).IsText("/dateCreated", maxLength: 64, Verdict.Malformed);
        RuleFor(e => e.DateCreated).IsInstant("/dateCreated").When(e => e.DateCreated.ValueKind == JsonValueKind.String);
    }

    // As its sample reads it: an empty id is not an id.
    private static bool IsMissing(JsonElement value) =>
        value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);
}
