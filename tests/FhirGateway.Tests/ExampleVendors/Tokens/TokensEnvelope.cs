using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping.Checking;

namespace FhirGateway.Tests.ExampleVendors.Tokens;

/// <summary>What a message must have.</summary>
public sealed record TokensEnvelope(
    [property: JsonPropertyName("id")] JsonElement Id,
    [property: JsonPropertyName("patient")] JsonElement Patient,
    [property: JsonPropertyName("text")] JsonElement Text);

/// <summary>All of it is asked for.</summary>
public sealed class TokensEnvelopeValidator : EnvelopeValidator<TokensEnvelope>
{
    public TokensEnvelopeValidator()
    {
        RuleFor(e => e.Id).IsId("/id");
        RuleFor(e => e.Patient).IsId("/patient");
        RuleFor(e => e.Text).IsText("/text", maxLength: 10_000);
    }
}
