using Hl7.Fhir.Model;

namespace FhirGateway.Destination.Probing;

/// <summary>
/// The entries that a probe sends: Devices of nobody, under an identifier system of the gateway's own, marked so that whoever finds one
/// knows what it is.
/// </summary>
/// <param name="system">The identifier system of all probes.</param>
/// <param name="run">Names this probe among others that run at the same time.</param>
internal sealed class ProbeEntries(string system, string run)
{
    // Of nobody: drawn once.
    private const string Nowhere = "5d2c8a2e-0f5c-4a0e-8a55-5a6d3f6e9a02";

    /// <summary>What all probes' Devices carry.</summary>
    public string AnyQuery => $"Device?identifier={Uri.EscapeDataString(system + "|")}";

    /// <summary>The condition of one of this probe's Devices.</summary>
    public Condition Named(string name) => Condition.Parse($"Device?{Query(name)}")!;

    /// <summary>A conditional update.</summary>
    /// <param name="mark">Tells this writing of it from others.</param>
    public Bundle.EntryComponent Put(string name, string mark) =>
        Entry(Device(name, mark), Bundle.HTTPVerb.PUT, Named(name).Text);

    /// <summary>An update to an id.</summary>
    public Bundle.EntryComponent PutTo(string id, string name, string mark)
    {
        var device = Device(name, mark);
        device.Id = id;
        return Entry(device, Bundle.HTTPVerb.PUT, $"Device/{id}");
    }

    /// <summary>An update of a version that a Device never had, since it is nowhere.</summary>
    public Bundle.EntryComponent PutToAnotherVersion(string name, string mark)
    {
        var entry = PutTo(Nowhere, name, mark);
        entry.Request!.IfMatch = "W/\"999999\"";
        return entry;
    }

    /// <summary>A conditional create.</summary>
    public Bundle.EntryComponent Create(string name, string mark)
    {
        var entry = Entry(Device(name, mark), Bundle.HTTPVerb.POST, "Device");
        entry.Request!.IfNoneExist = Query(name);
        return entry;
    }

    /// <summary>The same, with a conditional reference that matches nothing.</summary>
    public Bundle.EntryComponent CreateReferring(string name, string mark)
    {
        var entry = Create(name, mark);
        ((Device)entry.Resource!).Owner = new ResourceReference($"Organization?identifier={Uri.EscapeDataString($"{system}|nobody")}");
        return entry;
    }

    /// <summary>A patch of a Device that is there, or of one that is nowhere.</summary>
    public static Bundle.EntryComponent Patch(string? id)
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
        return Entry(new Parameters { Parameter = { operation } }, Bundle.HTTPVerb.PATCH, $"Device/{id ?? Nowhere}");
    }

    /// <summary>A deletion.</summary>
    public static Bundle.EntryComponent Delete(string location) =>
        new() { Request = new Bundle.RequestComponent { Method = Bundle.HTTPVerb.DELETE, Url = location } };

    private static Bundle.EntryComponent Entry(Resource resource, Bundle.HTTPVerb method, string url) => new()
    {
        FullUrl = $"urn:uuid:{resource.Id ?? Guid.NewGuid().ToString()}",
        Resource = resource,
        Request = new Bundle.RequestComponent { Method = method, Url = url },
    };

    private string Query(string name) => $"identifier={Uri.EscapeDataString($"{system}|{run}-{name}")}";

    private Device Device(string name, string mark) => new()
    {
        Identifier = { new Identifier(system, $"{run}-{name}") },
        Status = Hl7.Fhir.Model.Device.FHIRDeviceStatus.EnteredInError,
        LotNumber = mark,
        DeviceName =
        {
            new Device.DeviceNameComponent
            {
                Name = "A probe of FhirGateway: it may be deleted", Type = DeviceNameType.UserFriendlyName,
            },
        },
    };
}
