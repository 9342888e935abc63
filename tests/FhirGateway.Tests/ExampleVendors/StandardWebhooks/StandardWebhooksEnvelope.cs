using System.Text.Json;
using System.Text.Json.Serialization;
using FhirGateway.Mapping.Checking;
using FhirGateway.Mapping.Json;

namespace FhirGateway.Tests.ExampleVendors.StandardWebhooks;

/// <summary>The envelope that Standard Webhooks recommends: type, timestamp, data.</summary>
public sealed record StandardWebhooksEnvelope(
    [property: JsonPropertyName("timestamp")] JsonElement Timestamp,
    [property: JsonPropertyName("data")] JsonElement Data)
{
    internal JsonElement InData(string pointer) => JsonPointer.Find(Data, pointer) ?? default;
}

/// <summary>A letter must say whose it is, and hold something.</summary>
public sealed class StandardWebhooksEnvelopeValidator : EnvelopeValidator<StandardWebhooksEnvelope>
{
    public StandardWebhooksEnvelopeValidator()
    {
        RuleFor(e => e.Timestamp).IsInstant("/timestamp");
        RuleFor(e => e.InData("/id")).IsUuid("/data/id");
        RuleFor(e => e.InData("/patient")).IsId("/data/patient");
        RuleFor(e => e.InData("/text")).IsText("/data/text", maxLength: 100_000);
    }
}
