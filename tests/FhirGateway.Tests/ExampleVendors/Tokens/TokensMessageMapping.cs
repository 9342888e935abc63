using FhirGateway.Mapping;
using FhirGateway.Mapping.Rules;
using Hl7.Fhir.Model;

namespace FhirGateway.Tests.ExampleVendors.Tokens;

/// <summary>Its message → a Communication.</summary>
public sealed class TokensMessageMapping : ResourceMapping
{
    public TokensMessageMapping()
    {
        SubjectIs("/patient");
        Creates<Communication>(message =>
        {
            message.Field("id").As(Read.Identifier("Message")).Identifies(m => m.Identifier[0]);
            message.Always(m => m.Status, EventStatus.Completed);
            message.Subject(m => m.Subject);
            message.Field("text").To(m => m.Note);
        });
    }
}
