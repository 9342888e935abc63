using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace FhirGateway.Validation;

/// <summary>The SDK's JSON of its objects.</summary>
internal static class SdkJson
{
    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector);

    public static byte[] Bytes(Resource resource) => JsonSerializer.SerializeToUtf8Bytes(resource, Options);
}
