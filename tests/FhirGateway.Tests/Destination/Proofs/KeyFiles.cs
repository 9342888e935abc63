using System.Security.Cryptography;

namespace FhirGateway.Tests.Destination.Proofs;

/// <summary>A folder with keys of the gateway, and the settings that name them.</summary>
internal sealed class KeyFiles : IDisposable
{
    public const string At = "Gateway:Destination:BackendServices";
    public const string Client = "the-gateway-as-a-client";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-keys-");

    public KeyFiles(string algorithm = "ES384") => Write("current", algorithm);

    public string this[string name] => Path.Combine(_folder.FullName, name + ".pem");

    /// <summary>Puts a new key into a file.</summary>
    /// <returns>Its PEM.</returns>
    public string Write(string name, string algorithm = "ES384")
    {
        var pem = NewKey(algorithm);
        File.WriteAllText(this[name], pem);
        return pem;
    }

    public static string NewKey(string algorithm) => algorithm switch
    {
        "RS384" => RSA.Create(2048).ExportPkcs8PrivateKeyPem(),
        "RSA of 1024 bits" => RSA.Create(1024).ExportPkcs8PrivateKeyPem(),
        "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem(),
        "public" => ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportSubjectPublicKeyInfoPem(),
        "encrypted" => ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportEncryptedPkcs8PrivateKeyPem(
            "password", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000)),
        _ => ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportECPrivateKeyPem(),
    };

    public Dictionary<string, string?> Settings(string baseUrl) => new()
    {
        ["Gateway:Destination:BaseUrl"] = baseUrl,
        [$"{At}:ClientId"] = Client,
        [$"{At}:KeyFile"] = this["current"],
    };

    public void Dispose() => _folder.Delete(recursive: true);
}
