using Hl7.Fhir.Model;

namespace FhirGateway.Sandbox;

/// <summary>The resource types the sandbox stores: all concrete ones of R4.</summary>
internal static class ServedTypes
{
    private static readonly HashSet<string> Known = [.. ModelInfo.SupportedResources];

    /// <summary>The names of all types, sorted.</summary>
    public static IReadOnlyList<string> All { get; } = [.. ModelInfo.SupportedResources.Order(StringComparer.Ordinal)];

    public static bool IsKnown(string type) => Known.Contains(type);

    /// <summary>The type as given.</summary>
    /// <exception cref="SandboxException">404, as HAPI answers: R4 has no such type.</exception>
    public static string Checked(string type) => IsKnown(type) ? type
        : throw new SandboxException(404,
            $"HAPI-0302: Unknown resource type '{type}' - Server knows how to handle: [{string.Join(", ", All)}]");
}
