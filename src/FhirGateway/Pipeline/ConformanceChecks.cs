using FhirGateway.Packages;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>Refuses to start with packages that are not in the cache, and with profiles that can't be used.</summary>
public sealed class ConformanceChecks : IValidateOptions<GatewaySettings>
{
    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        if (options.Validation is { Packages: [], Profiles: [] }) return ValidateOptionsResult.Success;
        try
        {
            _ = Conformance.ValidatorOf(options.Validation);
            return ValidateOptionsResult.Success;
        }
        catch (Exception failure) when (failure is PackageException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return ValidateOptionsResult.Fail($"Gateway:Validation: {failure.Message}");
        }
    }
}
