using FhirGateway.FhirPath.Types;

namespace FhirGateway.Sandbox;

/// <summary>The resource types the sandbox stores: all concrete ones of R4.</summary>
internal static class ResourceTypes
{
    private static readonly Lazy<HashSet<string>> Known = new(() => [.. R4Types.ResourceTypes]);

    public static IReadOnlyList<string> All => R4Types.ResourceTypes;

    public static bool IsKnown(string type) => Known.Value.Contains(type);

    /// <summary>The type, or HAPI's 404 for one that R4 does not have.</summary>
    public static string Checked(string type) => IsKnown(type) ? type
        : throw new SandboxException(404, $"HAPI-0302: Unknown resource type '{type}' - Server knows how to handle: [{string.Join(", ", All)}]");
}
