using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping.Checking;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Mappings.Metriport;

/// <summary>What a message holds, whatever its type.</summary>
public sealed record MetriportEnvelope(
    [property: JsonPropertyName("meta")] JsonElement Meta,
    [property: JsonPropertyName("ping")] JsonElement Ping,
    [property: JsonPropertyName("patients")] JsonElement Patients)
{
    internal JsonElement MessageId => JsonPointer.Find(Meta, "/messageId") ?? default;
}

/// <summary>
/// A message that is known by its id. When it was sent is not looked at: no rule needs it, and its own examples hold words there.
/// </summary>
public sealed class MetriportMetaValidator : EnvelopeValidator<MetriportEnvelope>
{
    public MetriportMetaValidator()
    {
        RuleFor(m => m.Meta).IsObject("/meta");
        RuleFor(m => m.MessageId).IsId("/meta/messageId");
    }
}

/// <summary>A ping; in 2023 it came without <c>meta</c>.</summary>
public sealed class MetriportPingValidator : EnvelopeValidator<MetriportEnvelope>
{
    public MetriportPingValidator() => RuleFor(m => m.Ping).IsText("/ping", maxLength: 1024);
}

/// <summary>A message about patients. What their documents hold is looked at when they are translated: Metriport sends nothing twice, so a
/// document that breaks a rule is better recorded as a dead delivery than refused.</summary>
public sealed class MetriportPatientsValidator : EnvelopeValidator<MetriportEnvelope>
{
    public MetriportPatientsValidator()
    {
        RuleFor(m => m.Meta).IsObject("/meta");
        RuleFor(m => m.MessageId).IsId("/meta/messageId");
        RuleFor(m => m.Patients).IsArray("/patients");
        RuleFor(m => m.Patients).HasItems("/patients", new MetriportPatientValidator());
    }
}

/// <summary>A patient of a message.</summary>
public sealed record MetriportPatient(
    [property: JsonPropertyName("patientId")] JsonElement PatientId,
    [property: JsonPropertyName("externalId")] JsonElement ExternalId,
    [property: JsonPropertyName("documents")] JsonElement Documents,
    [property: JsonPropertyName("bundle")] JsonElement Bundle);

/// <summary>A patient must be named, and what came of the query must have its documented shape.</summary>
public sealed class MetriportPatientValidator : EnvelopeValidator<MetriportPatient>
{
    public MetriportPatientValidator()
    {
        RuleFor(p => p.PatientId).IsId("/patientId");
        RuleFor(p => p.ExternalId).IsId("/externalId", required: false);
        RuleFor(p => p.Documents).IsArray("/documents", required: false, maxItems: 5000);
        RuleFor(p => p.Bundle).IsObject("/bundle", required: false);
    }
}
