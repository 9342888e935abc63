using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Testing;

namespace FhirGateway.Fhir.Tests.Validation.Oracle;

/// <summary>US Core 6.1.0, unpacked for a test.</summary>
internal sealed class UsCore : IDisposable
{
    public const string Package = "fhir-packages/hl7.fhir.us.core-6.1.0.tgz";
    private readonly DirectoryInfo _folder;
    private readonly InstalledPackage _package;

    private UsCore(DirectoryInfo folder, InstalledPackage package)
    {
        (_folder, _package) = (folder, package);
        Definitions = new DefinitionSet(new CanonicalResolver([package]).Find);
    }

    public DefinitionSet Definitions { get; }

    public static UsCore Open()
    {
        var folder = Directory.CreateTempSubdirectory("fhirgateway-uscore-");
        using var archive = File.OpenRead(Repository.SharedPath(Package)!);
        return new UsCore(folder, new PackageCache(folder.FullName).Install(archive));
    }

    /// <summary>The examples the package publishes, in ordinal order.</summary>
    public IEnumerable<(string Name, byte[] Json)> Examples() =>
        Directory.GetFiles(Path.Combine(_package.Folder, "example"), "*.json")
            .Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file) is not ("package.json" or ".index.json"))
            .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)));

    public void Dispose() => _folder.Delete(recursive: true);
}
