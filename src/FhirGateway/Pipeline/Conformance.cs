using FhirGateway.Destination;
using FhirGateway.Mapping;
using FhirGateway.Packages;
using FhirGateway.Settings;
using FhirGateway.Validation;
using FhirGateway.Validation.Definitions;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>The check that a bundle conforms to R4 and to the site's profiles.</summary>
public sealed class Conformance(IOptions<GatewaySettings> settings)
{
    private readonly Lazy<FhirValidator> _validator = new(() => ValidatorOf(settings.Value.Validation));
    private readonly OnInvalid _onInvalid = settings.Value.Validation.OnInvalid;

    /// <summary>A validator with the site's packages and profiles.</summary>
    /// <exception cref="PackageException">A package is not in the cache.</exception>
    /// <exception cref="ArgumentException">A profile is in none of the packages, or can't be used.</exception>
    public static FhirValidator ValidatorOf(ConformanceOptions options)
    {
        var cache = options.PackageCache is { Length: > 0 } folder ? new PackageCache(folder) : PackageCache.OfUser();
        var packages = options.Packages.SelectMany(name => cache.FindWithDependencies(PackageId.Parse(name)) is { Count: > 0 } found
            ? found
            : throw new PackageException($"The package {name} is not in {cache.Root}: \"packages add {name}\" brings it there."));
        var resolver = new CanonicalResolver(packages);
        var validator = new FhirValidator(
            new DefinitionSet((canonical, type) => resolver.Find(canonical, type)), new ValidationOptions { Profiles = options.Profiles });
        foreach (var profile in options.Profiles) _ = validator.Describe(profile);
        return validator;
    }

    /// <summary>
    /// What does not conform, by place, rule and profile. The validator's own words may quote what a note says, and problems never do:
    /// <c>translate</c> and <c>validate</c> show them.
    /// </summary>
    public IReadOnlyList<Problem> Check(OutgoingBundle bundle) =>
    [
        .. _validator.Value.Validate(bundle.Json).Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(issue => new Problem(
            _onInvalid == OnInvalid.Refuse ? ProblemSeverity.Error : ProblemSeverity.Information,
            issue.Code,
            $"{issue.Location} breaks the rule {issue.Rule}{(issue.Profile is { } profile ? $" of {profile}" : "")}.",
            null)),
    ];
}
