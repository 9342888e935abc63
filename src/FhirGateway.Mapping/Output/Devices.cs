using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>The two machines behind every AI-written note.</summary>
internal static class Devices
{
    /// <summary>HL7 AI Transparency (STU 1 ballot): the code of device and agent alike. The profile itself is not claimed before it is published.</summary>
    public static CodeableConcept ArtificialIntelligence => new("http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS", "Artificial-Intelligence");

    public static Identity GatewayIdentity { get; } = new(GatewayUris.Device, "fhir-gateway");

    public static Identity AiIdentity(VendorDefinition vendor) => new(GatewayUris.Device, vendor.Name);

    public static Device Ai(VendorDefinition vendor) => Named(AiIdentity(vendor), vendor.Title, ArtificialIntelligence);

    public static Device Gateway() => Named(GatewayIdentity, "FhirGateway", new CodeableConcept { Text = "Webhook to FHIR gateway" });

    private static Device Named(Identity identity, string name, CodeableConcept type)
    {
        var device = new Device { Status = Device.FHIRDeviceStatus.Active, Type = type };
        device.Identifier.Add(new Identifier(identity.System, identity.Value));
        device.DeviceName.Add(new Device.DeviceNameComponent { Name = name, Type = DeviceNameType.UserFriendlyName });
        return device;
    }
}
