using FhirGateway.Mapping.Json;
using Hl7.Fhir.Model;

namespace FhirGateway.Destination;

/// <summary>
/// A transaction that can't be done and can write nothing: the patch of a resource that is not there. Whoever refuses it as a whole does
/// transactions as a whole; whoever answers success with a failure inside does not. What a server claims is not enough: Medplum lists
/// transactions, and does them entry by entry unless told otherwise.
/// </summary>
internal static class AtomicityProbe
{
    // Of nobody: drawn once.
    private const string Nowhere = "5d2c8a2e-0f5c-4a0e-8a55-5a6d3f6e9a02";

    /// <summary>The bundle's JSON in UTF-8.</summary>
    public static ReadOnlyMemory<byte> Bytes { get; } = ResourceJson.Write(Make());

    /// <summary>It was refused as a whole, and for what it holds.</summary>
    public static bool IsRefused(FhirResponse answer) => answer.Status is 400 or 404 or 409 or 410 or 412 or 422;

    private static Bundle Make()
    {
        var operation = new Parameters.ParameterComponent
        {
            Name = "operation",
            Part =
            {
                new Parameters.ParameterComponent { Name = "type", Value = new Code("replace") },
                new Parameters.ParameterComponent { Name = "path", Value = new FhirString("Device.status") },
                new Parameters.ParameterComponent { Name = "value", Value = new Code("inactive") },
            },
        };
        var bundle = new Bundle { Type = Bundle.BundleType.Transaction };
        bundle.AddResourceEntry(new Parameters { Parameter = { operation } }, $"urn:uuid:{Nowhere}").Request =
            new Bundle.RequestComponent { Method = Bundle.HTTPVerb.PATCH, Url = $"Device/{Nowhere}" };
        return bundle;
    }
}
