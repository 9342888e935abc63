namespace FhirGateway.Mapping;

/// <summary>The systems that this gateway itself names things in.</summary>
public static class GatewayUris
{
    /// <summary>Messages in the gateway's ledger.</summary>
    public const string Message = "urn:fhir-gateway:message";

    /// <summary>RFC 3986: the system of identifiers that are URIs themselves.</summary>
    public const string Uri = "urn:ietf:rfc:3986";

    /// <summary>Of tags: the vendor whose message a resource was made from.</summary>
    public const string VendorTag = "urn:fhir-gateway:code:vendor";

    /// <summary>Of tags: the source whose message a resource was made from.</summary>
    public const string SourceTag = "urn:fhir-gateway:code:source";

    /// <summary>A profile of the package that this gateway publishes (<c>profiles/</c>).</summary>
    public static string Profile(string name) => $"urn:fhir-gateway:profile:{name}";

    /// <summary>The code system of a vendor's own words: <c>urn:fhir-gateway:code:vendor-name-section</c>.</summary>
    public static string CodeSystem(string name) => $"urn:fhir-gateway:code:{name}";
}
