using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>The machines behind what is written: the vendor's, and this gateway.</summary>
internal static class Devices
{
    /// <summary>
    /// HL7 AI Transparency (STU 1 ballot): the code of device and agent alike. The profile itself is not claimed before it is published.
    /// </summary>
    public static CodeableConcept ArtificialIntelligence =>
        new("http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS", "Artificial-Intelligence");

    /// <summary>The value of the gateway's own identifier, before its build; a vendor's machine is known by the vendor's name.</summary>
    public const string GatewayName = "fhir-gateway";

    public static (Device Device, string Name) Of(VendorDefinition vendor, bool isAi)
    {
        var device = Named(vendor.Title, isAi ? ArtificialIntelligence : new CodeableConcept { Text = "Records service" });
        device.Manufacturer = vendor.Manufacturer;
        OwnProfiles.State(device, isAi ? OwnProfiles.AiDevice : OwnProfiles.RecordsService);
        return (device, vendor.Name);
    }

    /// <param name="build">Its version: each build is a Device of its own, so that what a faulty one wrote can be found.</param>
    public static (Device Device, string Name) Gateway(string? build)
    {
        var device = Named("FhirGateway", new CodeableConcept { Text = "Webhook to FHIR gateway" });
        OwnProfiles.State(device, OwnProfiles.GatewayDevice);
        if (build is null) return (device, GatewayName);
        device.Version.Add(new Device.VersionComponent { Value = build });
        return (device, $"{GatewayName}:{build}");
    }

    private static Device Named(string name, CodeableConcept type)
    {
        var device = new Device { Status = Device.FHIRDeviceStatus.Active, Type = type };
        device.DeviceName.Add(new Device.DeviceNameComponent { Name = name, Type = DeviceNameType.UserFriendlyName });
        return device;
    }
}

/// <summary>Who made what a bundle writes.</summary>
/// <param name="Vendor">The vendor's Device.</param>
/// <param name="Gateway">This gateway's Device.</param>
/// <param name="IsAi">The vendor's is an AI, and the author.</param>
internal sealed record Makers(ResourceReference Vendor, ResourceReference Gateway, bool IsAi)
{
    /// <summary>The author of a note.</summary>
    public ResourceReference Author => IsAi ? Vendor : Gateway;
}
