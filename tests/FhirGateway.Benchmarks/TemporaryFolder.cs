namespace FhirGateway.Benchmarks;

/// <summary>A folder that goes with what was measured in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-benchmark-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
