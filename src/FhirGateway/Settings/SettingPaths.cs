namespace FhirGateway.Settings;

/// <summary>
/// Where relative paths in settings begin: never where the program happened to be started, since a service and a person in a shell would
/// then use two ledgers.
/// </summary>
public static class SettingPaths
{
    private const string LedgerPath = "Gateway:Ledger:Path";
    private const string LedgerKeys = "Gateway:Ledger:Keys:Folder";
    private const string SecretsFolder = "Gateway:SecretsFolder";

    private static readonly string[] Files =
    [
        "Gateway:Validation:PackageCache",
        "Gateway:Ledger:Keys:CertificateFile",
        "Gateway:Ledger:Keys:KeyFile",
        "Gateway:Cluster:CertificateFile",
        "Gateway:Cluster:KeyFile",
        "Gateway:Cluster:CaFile",
    ];

    private static readonly string[] DestinationFiles =
        ["CaFile", "ClientCertificate:CertificateFile", "ClientCertificate:KeyFile", "BackendServices:KeyFile"];

    // systemd names the folder it made for a service's state here; where it made several, they are separated by colons.
    private const string StateDirectory = "STATE_DIRECTORY";

    /// <summary>The configured folder of secrets; null for none.</summary>
    public static string? SecretsIn(IConfiguration configuration, string contentRoot) =>
        configuration[SecretsFolder] is { Length: > 0 } folder ? Path.GetFullPath(folder, contentRoot) : null;

    /// <summary>
    /// Makes the paths of the other settings absolute: the ledger's and its keys' from the state directory, the rest from the content root.
    /// </summary>
    public static void MakeAbsolute(IConfigurationManager configuration, string contentRoot)
    {
        var state = configuration[StateDirectory]?.Split(':')[0] is { Length: > 0 } folder ? folder : contentRoot;
        var ledger = configuration[LedgerPath] ?? new LedgerOptions().Path;
        var absolute = new Dictionary<string, string?>();
        if (ledger.Length > 0) absolute[LedgerPath] = Path.GetFullPath(ledger, state);
        if (configuration[LedgerKeys] is { Length: > 0 } keys) absolute[LedgerKeys] = Path.GetFullPath(keys, state);
        var destinations = configuration.GetSection("Gateway:Destinations").GetChildren()
            .Append(configuration.GetSection("Gateway:Destination"));
        var others = destinations.SelectMany(each => DestinationFiles.Select(file => $"{each.Path}:{file}")
            .Concat(each.GetSection("BackendServices:OtherKeyFiles").GetChildren().Select(file => file.Path)));
        foreach (var name in Files.Concat(others))
        {
            if (configuration[name] is { Length: > 0 } path) absolute[name] = Path.GetFullPath(path, contentRoot);
        }

        configuration.AddInMemoryCollection(absolute);
    }
}
