using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Writing;

/// <summary>
/// HAPI's referential integrity: a literal reference to this server must have its target, where a search parameter
/// indexes it. References that none indexes (an extension's, MedicationStatement.reasonReference) are not looked at, as on HAPI.
/// </summary>
internal static class ReferenceIntegrity
{
    public static void CheckTargets(StoreState state, ResourceVersion version)
    {
        foreach (var reference in version.Index.References)
        {
            var literal = reference.Literal;
            if (literal.StartsWith('#') || literal.Contains("://", StringComparison.Ordinal)) continue;
            if (!LiteralReferences.TryParseLocal(literal, out var type, out var id))
            {
                throw SandboxException.BadRequest(
                    $"HAPI-0505: Invalid resource reference found at path[{reference.Path}] - Does not contain resource type - {literal}");
            }

            if (reference.Targets.Count > 0 && !reference.Targets.Contains(type))
            {
                throw new SandboxException(422,
                    $"HAPI-0931: Invalid reference found at path '{reference.Path}'. Resource type '{type}' is not valid for this path");
            }

            var target = state.Find(type, id);
            if (target is null)
            {
                throw SandboxException.BadRequest($"HAPI-1094: Resource {literal} not found, specified in path: {reference.Path}");
            }
            if (target.Current.IsDeleted)
            {
                throw SandboxException.BadRequest($"HAPI-1096: Resource {literal} is deleted, specified in path: {reference.Path}");
            }
        }
    }

    public static void RefuseDangling(StoreState state, ResourceVersion deleted)
    {
        foreach (var version in state.Types.Keys.SelectMany(state.Live))
        {
            var reference = version.Index.References.FirstOrDefault(reference => reference.Literal == deleted.Reference);
            if (reference is null) continue;
            throw new SandboxException(409,
                $"Unable to delete {deleted.Reference} because at least one resource has a reference to this resource. First "
                    + $"reference found was resource {version.Reference} in path {reference.Path}");
        }
    }
}
