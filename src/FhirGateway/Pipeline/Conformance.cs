using System.Globalization;
using System.Text.RegularExpressions;
using FhirGateway.Destination;
using FhirGateway.Mapping;
using FhirGateway.Packages;
using FhirGateway.Settings;
using FhirGateway.Sources;
using FhirGateway.Validation;
using FhirGateway.Validation.Definitions;
using Microsoft.Extensions.Options;

namespace FhirGateway.Pipeline;

/// <summary>
/// The check that a bundle conforms to R4, to the profiles that its resources state, which are this gateway's own, and to the site's.
/// </summary>
public sealed partial class Conformance(IOptions<GatewaySettings> settings)
{
    private static readonly string[] OfEveryBundle = [OwnPackage.Transaction];

    private readonly Lazy<FhirValidator> _validator = new(() => ValidatorOf(settings.Value.Validation));
    private readonly ValidationSetting _usual =
        settings.Value.Validation.OnInvalid == OnInvalid.Refuse ? ValidationSetting.Strict : ValidationSetting.Warn;

    /// <summary>A validator with the gateway's own package, and the site's packages and profiles.</summary>
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
            new DefinitionSet((canonical, type) => OwnPackage.Find(canonical, type) ?? resolver.Find(canonical, type)),
            new ValidationOptions { Profiles = options.Profiles });
        foreach (var profile in options.Profiles) _ = validator.Describe(profile);
        return validator;
    }

    /// <summary>
    /// What does not conform, by place and by what the rule demands, in words that quote nothing of a note. The validator's own words may
    /// quote it: <c>translate</c> and <c>validate</c> show them.
    /// </summary>
    public IReadOnlyList<Problem> Check(OutgoingBundle bundle, Source source)
    {
        var setting = source.Options.Validation ?? _usual;
        if (setting == ValidationSetting.Off) return [];
        return
        [
            .. _validator.Value.Validate(bundle.Json, OfEveryBundle).Issues.Where(issue => issue.Severity >= IssueSeverity.Error)
                .Select(issue => ProblemOf(issue, bundle, setting)),
        ];
    }

    private static Problem ProblemOf(ValidationIssue issue, OutgoingBundle bundle, ValidationSetting setting)
    {
        var (place, entry) = (issue.Location, "");
        var ends = false;
        if (InEntry().Match(issue.Location ?? "") is { Success: true } within)
        {
            // People know the resource, not the entry that it goes out in.
            var at = int.Parse(within.Groups["at"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            place = Destination.Json.Text(bundle.Entries[at].GetProperty("resource"), "resourceType") + issue.Location![within.Length..];
            entry = $", entry {at}";

            // What the destination took once is not judged anew: that a newer version ends it must not depend on it.
            ends = bundle.Ending.Contains(at);
        }

        var rule = issue.Demand is null ? "" : $"rule {issue.Rule} of ";
        return new Problem(
            setting == ValidationSetting.Strict && !ends ? ProblemSeverity.Error : ProblemSeverity.Information,
            issue.Code,
            $"{issue.ToDemand(place).TrimEnd('.')} ({rule}{issue.Profile ?? "FHIR"}{entry}).",
            null);
    }

    [GeneratedRegex(@"^Bundle\.entry\[(?<at>[0-9]+)\]\.resource", RegexOptions.CultureInvariant)]
    private static partial Regex InEntry();
}
