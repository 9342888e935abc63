using FhirGateway.Packages;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>US Core 6.1.0 with what it leaves to VSAC, unpacked for a test.</summary>
internal sealed class UsCore : IDisposable
{
    public const string Package = "fhir-packages/hl7.fhir.us.core-6.1.0.tgz";
    private readonly DirectoryInfo _folder;
    private readonly InstalledPackage _package;

    private UsCore(DirectoryInfo folder)
    {
        _folder = folder;
        Archives = [Repository.SharedPath(Package)!, Vsac.PackInto(folder)];
        var cache = new PackageCache(Path.Combine(folder.FullName, "cache"));
        var installed = Archives.Select(file =>
        {
            using var archive = File.OpenRead(file);
            return cache.Install(archive);
        }).ToList();
        _package = installed[0];
        Definitions = new DefinitionSet(new CanonicalResolver(installed).Find);
    }

    /// <summary>The packages as other tools take them.</summary>
    public IReadOnlyList<string> Archives { get; }

    public DefinitionSet Definitions { get; }

    public static UsCore Open() => new(Directory.CreateTempSubdirectory("fhirgateway-uscore-"));

    /// <summary>The examples the package publishes, in ordinal order.</summary>
    public IEnumerable<(string Name, byte[] Json)> Examples() =>
        Directory.GetFiles(Path.Combine(_package.Folder, "example"), "*.json")
            .Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file) is not ("package.json" or ".index.json"))
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)));

    public void Dispose() => _folder.Delete(recursive: true);
}
