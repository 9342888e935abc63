using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Schemas;

namespace FhirGateway.Validation.Walking;

/// <summary>
/// Finds the profiles that a resource claims in meta.profile, those that definitions name, and those that callers ask for.
/// </summary>
internal static class MetaProfiles
{
    public static IEnumerable<Schema> Of(Focus resource, ValidationRun run)
    {
        if (resource.Json.Member("meta") is not { ValueKind: JsonValueKind.Object } meta) yield break;
        foreach (var canonical in meta.Texts("profile").Distinct(StringComparer.Ordinal))
        {
            if (Find(canonical, resource, null, run) is not { } profile) continue;
            if (IsFor(profile, resource)) yield return profile;
            else run.Report(ProfileFindings.ClaimedForAnotherType(canonical, profile.Structure.Type, resource.Type), resource, null);
        }
    }

    /// <summary>The profiles of its type that are required of everything (<see cref="ValidationOptions.Profiles"/>).</summary>
    public static IEnumerable<Schema> Required(Focus resource, ValidationRun run)
    {
        foreach (var canonical in run.Options.Profiles)
        {
            if (Find(canonical, resource, null, run) is { } profile && IsFor(profile, resource)) yield return profile;
        }
    }

    /// <summary>The profiles that the caller asks for; one that is unknown, unusable or of another type is an error.</summary>
    public static List<Schema> AskedFor(IEnumerable<string> canonicals, Focus root, ValidationRun run)
    {
        var found = new List<Schema>();
        foreach (var canonical in canonicals)
        {
            try
            {
                if (run.Schemas.Find(canonical) is not { } profile) run.Report(ProfileFindings.AskedForButUnknown(canonical), root, null);
                else if (IsFor(profile, root)) found.Add(profile);
                else run.Report(ProfileFindings.AskedForAnotherType(canonical, profile.Structure.Type, root.Type), root, null);
            }
            catch (SchemaException error)
            {
                run.Report(ProfileFindings.Unusable(canonical, error.Message), root, null);
            }
        }

        return found;
    }

    /// <summary>A profile by canonical; when it is unknown, or can't be used, that is reported and null returned.</summary>
    /// <param name="named">The definition that names it; null when the resource claims it.</param>
    public static Schema? Find(string canonical, Focus focus, ElementSchema? named, ValidationRun run)
    {
        try
        {
            var fragment = canonical.IndexOf('#', StringComparison.Ordinal);
            if (run.Schemas.Find(fragment < 0 ? canonical : canonical[..fragment]) is { } schema) return schema;
            var severity = named is null && run.Options.RefuseUnknownProfiles ? IssueSeverity.Error : IssueSeverity.Warning;
            run.Report(ProfileFindings.Unknown(canonical, severity), focus, named?.Url);
        }
        catch (SchemaException error)
        {
            run.Report(ProfileFindings.Unusable(canonical, error.Message), focus, named?.Url);
        }

        return null;
    }

    private static bool IsFor(Schema profile, Focus resource) =>
        profile.Structure.Type == resource.Type || R4Types.IsSubtypeOf(resource.Type, profile.Structure.Type);
}
