namespace FhirGateway.Testing;

/// <summary>Where the tests' data lies: this checkout, and the shared folder beside it that is used from there and never copied.</summary>
public static class Repository
{
    /// <summary>The checkout's root: the folder that holds FhirGateway.sln.</summary>
    public static string Root { get; } = FindUpwards("FhirGateway.sln");

    /// <summary>The folder with conformance suites, FHIR packages and vendor payloads; null on a machine that has none.</summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>A path inside the shared folder; null when it is not on this machine.</summary>
    public static string? SharedPath(string relative)
    {
        if (Shared is null) return null;
        var path = Path.Combine(Shared, relative);
        return Path.Exists(path) ? path : null;
    }

    private static string FindUpwards(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, file))) return folder.FullName;
        }

        throw new InvalidOperationException($"{file} was not found above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }

    private static string? FindShared()
    {
        var path = Environment.GetEnvironmentVariable("FHIRGATEWAY_TEST_SHARED") ?? Path.Combine(Root, "..", "shared");
        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }
}
