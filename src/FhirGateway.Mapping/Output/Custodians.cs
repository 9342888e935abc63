using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Output;

/// <summary>The organisation that keeps a source's notes.</summary>
internal static class Custodians
{
    /// <summary>The site's own where the source names one, else one that the gateway makes once.</summary>
    public static ResourceReference Of(BundleAssembly bundle, SourceSettings source)
    {
        if (source.Custodian is { Identity: { } identity }) return new ResourceReference($"Organization?{identity.Query}");
        var name = source.Custodian?.Name ?? source.Name;
        var organization = new Organization { Active = true, Name = name };
        OwnProfiles.State(organization, OwnProfiles.Custodian);
        return bundle.CreateOnce((organization, name));
    }
}
