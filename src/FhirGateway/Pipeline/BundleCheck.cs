using FhirGateway.Fhir.Serialization;
using FhirGateway.Mapping;

namespace FhirGateway.Pipeline;

/// <summary>A check of a bundle as it will be sent. A profile validator is one more of these.</summary>
/// <returns>What is wrong; a problem of severity error keeps the bundle from being sent.</returns>
public delegate IReadOnlyList<Problem> BundleCheck(ReadOnlyMemory<byte> bundle);

/// <summary>The checks that every bundle passes.</summary>
public static class BundleChecks
{
    /// <summary>What is sent reads back, strictly, as the same bundle: destinations drop silently what they don't know.</summary>
    public static IReadOnlyList<Problem> ReadsBackUnchanged(ReadOnlyMemory<byte> bundle)
    {
        try
        {
            var again = FhirJsonSerializer.SerializeToBytes(FhirJsonDeserializer.Deserialize<Fhir.Model.Bundle>(bundle.Span));
            return again.AsSpan().SequenceEqual(bundle.Span) ? [] : [Problem.Error("structure", "The bundle does not read back as it was written.")];
        }
        catch (FhirJsonException wrong)
        {
            return [Problem.Error("structure", wrong.Message)];
        }
    }
}
