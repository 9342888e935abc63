using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Tests.ExampleVendors.Tokens;

/// <summary>A sender that shows a bearer token.</summary>
public sealed class TokensVendor : VendorDefinition
{
    public TokensVendor() : base("example-tokens", "Token Messenger")
    {
        ProvenByEvery(By.Bearer());

        Event("message").KeyedBy("/id").CheckedBy(new TokensEnvelopeValidator()).MappedBy<TokensMessageMapping>();

        When(Verdict.Stored, 201);
        DemoSample = "message";
    }
}
