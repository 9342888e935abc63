using System.Text.Json;
using FhirGateway.Packages;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Benchmarks;

/// <summary>What is measured with: US Core 6.1.0 and its examples, and the bundles that the mappings' samples become.</summary>
internal sealed class Corpus : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly InstalledPackage _package;

    public Corpus()
    {
        PackageFile = Shared("fhir-packages/hl7.fhir.us.core-6.1.0.tgz");
        _folder = Directory.CreateTempSubdirectory("fhirgateway-benchmark-");
        using var archive = File.OpenRead(PackageFile);
        _package = new PackageCache(_folder.FullName).Install(archive);
    }

    /// <summary>US Core's archive.</summary>
    public string PackageFile { get; }

    /// <summary>One example, as a file.</summary>
    public string ExampleFile => Path.Combine(_package.Folder, "example", "Patient-example.json");

    /// <summary>R4 and US Core.</summary>
    public DefinitionSet Definitions => new(new CanonicalResolver([_package]).Find);

    /// <summary>US Core's examples and our own bundles, a resource a line.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        .. Directory.GetFiles(Path.Combine(_package.Folder, "example"), "*.json")
            .Order(StringComparer.Ordinal)
            .Where(file => Path.GetFileName(file) is not ("package.json" or ".index.json"))
            .Select(file => JsonElement.Parse(File.ReadAllBytes(file)))
            .Concat(OwnBundles())
            .Select(resource => JsonSerializer.Serialize(resource)),
    ];

    /// <summary>The transaction bundles of the mappings' samples.</summary>
    public static IEnumerable<JsonElement> OwnBundles() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "mappings"), "*.expected.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => JsonElement.Parse(File.ReadAllBytes(file)))
            .SelectMany(bundles => bundles.ValueKind == JsonValueKind.Array ? bundles.EnumerateArray() : Enumerable.Repeat(bundles, 1));

    /// <summary>A path in the shared folder.</summary>
    /// <exception cref="MissingException">It is not there.</exception>
    public static string Shared(string path) =>
        Repository.SharedPath(path)
            ?? throw new MissingException(
                $"{path} is not in the shared folder beside this checkout: set FHIRGATEWAY_TEST_SHARED to where it is.");

    /// <summary>The program as it was built for release with this benchmark.</summary>
    public static string Gateway() =>
        Environment.GetEnvironmentVariable("FHIRGATEWAY_BENCHMARK_PROGRAM") is { Length: > 0 } another ? another : Path.Combine(
            Repository.Root, "artifacts", "bin", "FhirGateway", "release", "FhirGateway" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    public void Dispose() => _folder.Delete(recursive: true);
}
