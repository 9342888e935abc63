using FhirGateway.Json;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>
/// sdf-8 and sdf-8a: the paths of a StructureDefinition begin with its type. As their FHIRPath says, without finding the first element
/// anew for each.
/// </summary>
internal static class DefinitionPaths
{
    public static bool SnapshotHolds(Focus snapshot, RuleRun run)
    {
        var paths = Paths(snapshot, run);
        return (IsLogical(snapshot) || paths is [{ } first, ..] && first == snapshot.Resource.Text("type"))
            && AllBelow(paths, paths.FirstOrDefault() ?? "");
    }

    public static bool DifferentialHolds(Focus differential, RuleRun run)
    {
        var paths = Paths(differential, run);
        var type = differential.Resource.Text("type");
        var root = (paths.FirstOrDefault() ?? "").Split('.')[0];
        return (IsLogical(differential) || type is not null && paths is [{ } first, ..] && first.StartsWith(type, StringComparison.Ordinal))
            && AllBelow(paths, root);
    }

    private static bool IsLogical(Focus part) => part.Resource.Text("kind") == "logical";

    private static List<string?> Paths(Focus part, RuleRun run)
    {
        List<string?> paths = [.. part.Json.Items("element").Select(element => element.Text("path"))];
        run.Charge(paths.Count, part);
        return paths;
    }

    private static bool AllBelow(List<string?> paths, string root) =>
        paths.Skip(1).All(path => path?.StartsWith(root + ".", StringComparison.Ordinal) == true);
}
