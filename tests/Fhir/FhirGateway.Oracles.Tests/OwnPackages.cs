using FhirGateway.Packages;
using FhirGateway.Testing;
using FhirGateway.Tests.OwnPackage;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Oracles.Tests;

/// <summary>
/// What this repository publishes for validators: its profiles, and the code AIAST for those that can't load hl7.terminology.
/// </summary>
internal static class OwnPackages
{
    private static readonly string[] Folders = ["profiles", "profiles/terminology"];

    /// <summary>Packs them.</summary>
    /// <returns>The .tgz files.</returns>
    public static IEnumerable<string> PackInto(DirectoryInfo folder) => Folders.Select(name =>
    {
        var archive = Path.Combine(folder.FullName, name.Replace('/', '-') + ".tgz");
        using var target = File.Create(archive);
        PackageArchive.Pack(Path.Combine(Repository.Root, name), target);
        return archive;
    });

    /// <summary>Adds them to definitions that nobody has used yet.</summary>
    public static DefinitionSet AddTo(DefinitionSet definitions) =>
        Folders.Aggregate(definitions, OwnDefinitions.AddTo);
}
