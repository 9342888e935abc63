using System.Text;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;

namespace FhirGateway.Mappings.Tests.InsightHealth;

public sealed class InsightAnswerTests
{
    private readonly VendorDefinition _insight = Vendors.Named("insight-health");

    [Fact]
    public void A_fragment_is_refused_and_each_missing_field_is_named()
    {
        var reading = _insight.Read(
            Encoding.UTF8.GetBytes("""{"template_name":"H&P","sections":{"plan":"x"}}"""), Vendors.Source("insight-health"));
        var answer = _insight.AnswerTo(reading.Verdict, reading, reading.Problems);

        Assert.Equal(Verdict.Invalid, reading.Verdict);
        Assert.Equal(["/patient_id", "/encounter_id", "/summary_id"], reading.Problems.Select(p => p.Pointer));
        Assert.Equal((422, "application/fhir+json"), (answer.Status, answer.ContentType));
        Assert.Contains("\"resourceType\":\"OperationOutcome\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_note_is_answered_without_a_body() =>
        Assert.Equal(new Answer(204, null, null), _insight.AnswerTo(Verdict.Stored, null, []));

    [Fact]
    public void Key_and_signature_are_both_needed()
    {
        Assert.Equal(ProofsNeeded.Every, _insight.ProofsNeeded);
        Assert.Equal(
            [
                "API key in `X-API-Key` (secret `apiKey`)",
                "HMAC Sha256 in `X-Webhook-Signature` after `sha256=` over the raw body (secret `signingKey`)",
            ],
            _insight.Proofs.Select(proof => proof.InWords));
    }
}
