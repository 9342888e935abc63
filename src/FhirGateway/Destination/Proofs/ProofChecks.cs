using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Destination.Proofs;

/// <summary>
/// Refuses to start with proofs that could not be given: files that are missing or hold something else. A certificate that has ended is not
/// among them: webhooks are taken meanwhile, and a new one counts without a restart.
/// </summary>
public sealed class ProofChecks : IValidateOptions<GatewaySettings>
{
    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        List<string> wrong =
        [
            .. ConfiguredDestination.All(options).Select(each => each.Options)
                .SelectMany(each => (string[])[.. OfCertificate(each), .. OfRoots(each), .. OfClient(each)]),
        ];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static IEnumerable<string> OfCertificate(DestinationOptions destination)
    {
        if (destination.ClientCertificate is not { } options) yield break;
        var here = $"{destination.At}:ClientCertificate";
        if (!IsHttps(destination)) yield return $"{here} is for an https destination: {destination.At}:BaseUrl has no https URL.";
        if (options.CertificateFile is not { Length: > 0 } file)
        {
            yield return $"{here}:CertificateFile is missing: name a PEM file, or a PFX.";
            yield break;
        }

        var missing = Missing($"{here}:CertificateFile", file)
            ?? (options.KeyFile is { Length: > 0 } key ? Missing($"{here}:KeyFile", key) : null);
        var wrong = missing ?? Flaw(() => ClientCertificate.Read(options, ReadAll(ClientCertificate.FilesOf(options))));
        if (missing is not null) yield return missing;
        else if (wrong is not null)
            yield return $"{here}: {file} can't be used. {wrong} Does the key belong to the certificate, and is Password the right one?";
    }

    private static IEnumerable<string> OfRoots(DestinationOptions destination)
    {
        if (destination.CaFile is not { Length: > 0 } file) yield break;
        if (!IsHttps(destination))
            yield return $"{destination.At}:CaFile is for an https destination: {destination.At}:BaseUrl has no https URL.";
        if (Missing($"{destination.At}:CaFile", file) is { } missing) yield return missing;
        else if (Flaw(() => DestinationTransport.Roots(File.ReadAllBytes(file))) is { } wrong)
            yield return $"{destination.At}:CaFile: {file} can't be used. {wrong}";
    }

    private static IEnumerable<string> OfClient(DestinationOptions destination)
    {
        if (destination.BackendServices is not { } options) yield break;
        var here = $"{destination.At}:BackendServices";
        if (destination.BaseUrl is not { Length: > 0 } url || !TokenEndpoint.IsSafe(url))
        {
            yield return $"{here} is for an https destination, since whoever reads the token could use it: {destination.At}:BaseUrl "
                + "has no https URL.";
        }

        if (destination.BearerToken is { Length: > 0 } || destination.BasicUser is { Length: > 0 }
            || destination.Headers.ContainsKey("Authorization"))
            yield return $"{destination.At} has BackendServices and another proof in the Authorization header: keep one.";
        if (string.IsNullOrWhiteSpace(options.ClientId)) yield return $"{here}:ClientId is missing: the server's administrator gives it.";
        if (string.IsNullOrWhiteSpace(options.Scope))
            yield return $"{here}:Scope is empty: leave it out to ask for what the gateway needs.";
        if (options.TokenEndpoint is { Length: > 0 } endpoint && !TokenEndpoint.IsSafe(endpoint))
            yield return $"{here}:TokenEndpoint is \"{endpoint}\": give an https URL.";
        if (options.KeyFile is not { Length: > 0 })
        {
            yield return $"{here}:KeyFile is missing: name a PEM file with the private key that signs.";
            yield break;
        }

        string[] names = [$"{here}:KeyFile", .. options.OtherKeyFiles.Select((_, i) => $"{here}:OtherKeyFiles:{i}")];
        foreach (var (name, file) in names.Zip(ClientKeys.FilesOf(options)))
        {
            // The first must sign; any other may hold a public key alone.
            var wrong = Missing(name, file) ?? Flaw(() => ClientKeys.Read([File.ReadAllBytes(file)], signs: name == names[0]));
            if (wrong is null) continue;
            yield return wrong.StartsWith(name, StringComparison.Ordinal) ? wrong : $"{name}: {file} can't be used. {wrong}";
        }
    }

    private static bool IsHttps(DestinationOptions destination) =>
        destination.BaseUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;

    private static string? Missing(string name, string file) => File.Exists(file) ? null : $"{name}: there is no file {file}.";

    private static List<byte[]> ReadAll(IReadOnlyList<string> files) => [.. files.Select(File.ReadAllBytes)];

    private static string? Flaw(Action use)
    {
        try
        {
            use();
            return null;
        }
        catch (Exception failure) when (Unusable.Is(failure))
        {
            return failure.Message;
        }
    }
}
