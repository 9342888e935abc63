using System.Runtime.CompilerServices;
using Xunit;

namespace FhirGateway.Testing;

/// <summary>
/// What a test may need beyond the SDK. A test that lacks it skips by name; in CI the variables are set and nothing skips.
/// </summary>
public static class Requirements
{
    /// <summary>Base URL of a real HAPI FHIR server, from FHIRGATEWAY_TEST_HAPI; null when there is none.</summary>
    public static string? Hapi =>
        Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_HAPI") is { Length: > 0 } url ? url.TrimEnd('/') : null;

    /// <summary>The same, for classes whose every test needs the server: without one, the test that is being made is skipped.</summary>
    public static string HapiOrSkip()
    {
        Assert.SkipWhen(Hapi is null, SkipWithoutHapi ?? "");
        return Hapi;
    }

    /// <summary>Whether tests may download packages from the registry that npm is configured for: FHIRGATEWAY_TEST_NPM is 1.</summary>
    internal static string? SkipWithoutNpm =>
        Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_NPM") == "1" ? null : "needs npm and its registry: set FHIRGATEWAY_TEST_NPM=1";

    /// <summary>Why a test before Medplum's router skips; null when node is there, and the router's packages are installed.</summary>
    internal static string? SkipWithoutMedplum =>
        MedplumRouter.IsInstalled ? null : "needs Medplum's router: install Node.js 20 and run \"npm ci\" in tests/medplum-router";

    /// <summary>Why a test with npm's oidc-provider skips; null when node is there, and its packages are installed.</summary>
    internal static string? SkipWithoutOidc =>
        OidcProvider.IsInstalled ? null : "needs oidc-provider: install Node.js 20 and run \"npm ci\" in tests/oidc-provider";

    internal static string? SkipWithoutHapi => Hapi is null ? "needs HAPI FHIR: set FHIRGATEWAY_TEST_HAPI to its base URL" : null;

    /// <summary>Why a test over a file of the shared folder skips; null when the file is there.</summary>
    public static string? SkipWithoutShared(string relative) =>
        Repository.SharedPath(relative) is null ? $"needs {relative} in the shared folder: set FHIRGATEWAY_TEST_SHARED to it" : null;
}

// Each hands on where it stands, so that a runner can show the test's line.

/// <summary>A fact that runs only against a real HAPI FHIR server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HapiFactAttribute : FactAttribute
{
    public HapiFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutHapi;
}

/// <summary>A theory that runs only against a real HAPI FHIR server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HapiTheoryAttribute : TheoryAttribute
{
    public HapiTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutHapi;
}

/// <summary>A fact that runs only before Medplum's router.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MedplumFactAttribute : FactAttribute
{
    public MedplumFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutMedplum;
}

/// <summary>A theory that runs only before Medplum's router.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MedplumTheoryAttribute : TheoryAttribute
{
    public MedplumTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutMedplum;
}

/// <summary>A theory that runs only with npm's oidc-provider.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OidcTheoryAttribute : TheoryAttribute
{
    public OidcTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutOidc;
}

/// <summary>A fact that downloads a package with npm.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutNpm;
}

/// <summary>A fact over data in the shared folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string relative, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutShared(relative);
}

/// <summary>A theory over data in the shared folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string relative, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Requirements.SkipWithoutShared(relative);
}
