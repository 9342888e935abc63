using System.Reflection;

namespace FhirGateway.Settings;

/// <summary>Which build of the gateway this is: notes name it, so that those of a faulty one can be found.</summary>
public static class GatewayBuild
{
    private const int ShortCommit = 12;

    /// <summary>The version, and the first letters of the commit where the build knew it: <c>0.2.0+0123456789ab</c>.</summary>
    public static string Version { get; } = Shortened(
        typeof(GatewayBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    private static string Shortened(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0 && version.Length > plus + 1 + ShortCommit
            ? version[..(plus + 1 + ShortCommit)]
            : version;
}
