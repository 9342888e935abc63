using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping.Checking;

namespace FhirGateway.Mappings.InsightHealth;

/// <summary>The fields of a pushed note, all of which its page requires.</summary>
public sealed record InsightEnvelope(
    [property: JsonPropertyName("patient_id")] JsonElement PatientId,
    [property: JsonPropertyName("encounter_id")] JsonElement EncounterId,
    [property: JsonPropertyName("summary_id")] JsonElement SummaryId,
    [property: JsonPropertyName("template_name")] JsonElement TemplateName,
    [property: JsonPropertyName("sections")] JsonElement Sections);

/// <summary>What sections hold is the template's business: any key, and content of any type.</summary>
public sealed class InsightEnvelopeValidator : EnvelopeValidator<InsightEnvelope>
{
    public InsightEnvelopeValidator()
    {
        RuleFor(e => e.PatientId).IsId("/patient_id");
        RuleFor(e => e.EncounterId).IsId("/encounter_id");
        RuleFor(e => e.SummaryId).IsUuid("/summary_id");
        RuleFor(e => e.TemplateName).IsText("/template_name", maxLength: 256);
        RuleFor(e => e.Sections).IsObject("/sections");
    }
}
