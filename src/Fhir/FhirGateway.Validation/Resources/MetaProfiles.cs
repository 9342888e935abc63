using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Schemas;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Finds the profiles that a resource claims in meta.profile, and those that definitions name.</summary>
internal static class MetaProfiles
{
    public static IEnumerable<Schema> Of(Focus resource, ValidationRun run)
    {
        if (resource.Json.Member("meta") is not { ValueKind: JsonValueKind.Object } meta) yield break;
        foreach (var canonical in meta.Texts("profile").Distinct(StringComparer.Ordinal))
        {
            if (Find(canonical, resource, null, run) is not { } profile) continue;
            if (profile.Structure.Type == resource.Type || R4Types.IsSubtypeOf(resource.Type, profile.Structure.Type)) yield return profile;
            else run.Error("structure", $"The profile {canonical} is for {profile.Structure.Type}, but the resource is a {resource.Type}: take it out of meta.profile.", resource, null, "meta-profile");
        }
    }

    /// <summary>The profiles of its type that are required of everything (<see cref="ValidationOptions.Profiles"/>).</summary>
    public static IEnumerable<Schema> Required(Focus resource, ValidationRun run)
    {
        foreach (var canonical in run.Options.Profiles)
        {
            if (Find(canonical, resource, null, run) is { } profile && R4Types.IsSubtypeOf(resource.Type, profile.Structure.Type)) yield return profile;
        }
    }

    /// <summary>A profile by canonical; when it is unknown, or can't be used, that is reported and null returned.</summary>
    public static Schema? Find(string canonical, Focus focus, ElementSchema? named, ValidationRun run)
    {
        try
        {
            var fragment = canonical.IndexOf('#', StringComparison.Ordinal);
            if (run.Schemas.Find(fragment < 0 ? canonical : canonical[..fragment]) is { } schema) return schema;
            var severity = named is null && run.Options.RefuseUnknownProfiles ? IssueSeverity.Error : IssueSeverity.Warning;
            run.Report(severity, "not-found", $"The profile {Words.Shown(canonical)} is unknown, so it was not checked: add the package that holds it.", focus, named, "profile-known");
        }
        catch (SchemaException error)
        {
            run.Error("exception", $"The profile {Words.Shown(canonical)} can't be used: {error.Message}", focus, named, "profile-usable");
        }

        return null;
    }
}
