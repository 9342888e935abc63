using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>The two machines behind every AI-written note.</summary>
internal static class Devices
{
    /// <summary>
    /// HL7 AI Transparency (STU 1 ballot): the code of device and agent alike. The profile itself is not claimed before it is published.
    /// </summary>
    public static CodeableConcept ArtificialIntelligence =>
        new("http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS", "Artificial-Intelligence");

    /// <summary>The value of the gateway's own identifier; a vendor's AI is known by the vendor's name.</summary>
    public const string GatewayName = "fhir-gateway";

    public static (Device Device, string Name) Ai(VendorDefinition vendor) => (Named(vendor.Title, ArtificialIntelligence), vendor.Name);

    public static (Device Device, string Name) Gateway() =>
        (Named("FhirGateway", new CodeableConcept { Text = "Webhook to FHIR gateway" }), GatewayName);

    private static Device Named(string name, CodeableConcept type)
    {
        var device = new Device { Status = Device.FHIRDeviceStatus.Active, Type = type };
        device.DeviceName.Add(new Device.DeviceNameComponent { Name = name, Type = DeviceNameType.UserFriendlyName });
        return device;
    }
}
