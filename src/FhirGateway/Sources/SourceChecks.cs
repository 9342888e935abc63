using System.Text.RegularExpressions;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Proofs;
using FhirGateway.Settings;
using Microsoft.Extensions.Options;

namespace FhirGateway.Sources;

/// <summary>
/// Refuses to start on a source that its vendor's definition could not serve, or that anybody could speak for. Never repeats a secret.
/// </summary>
public sealed partial class SourceChecks(VendorCatalog vendors) : IValidateOptions<GatewaySettings>
{
    public ValidateOptionsResult Validate(string? name, GatewaySettings options)
    {
        List<string> wrong = [.. options.Sources.SelectMany(source => OfSource(source.Key, source.Value, options.Receiving))];
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private IEnumerable<string> OfSource(string name, SourceOptions source, ReceivingOptions receiving)
    {
        var at = $"Gateway:Sources:{name}";
        if (!SourceName().IsMatch(name))
            yield return $"{at}: a source's name becomes part of a URL; use letters, digits, '-', '_' and '.' only (at most 64).";
        if (vendors.Find(source.Vendor) is not { } vendor)
        {
            var known = string.Join(", ", vendors.Vendors.Select(each => each.Name));
            yield return source.Vendor.Length == 0
                ? $"{at}:Vendor is missing: set it to one of {known}."
                : $"{at}:Vendor is \"{source.Vendor}\", which this gateway does not know: set it to one of {known}.";
            yield break;
        }

        foreach (var wrong in OfKeys(at, source, vendor)) yield return wrong;
        foreach (var wrong in OfSystems($"{at}:Systems", source, vendor)) yield return wrong;
        foreach (var wrong in OfPolicies($"{at}:Policies", source, vendor)) yield return wrong;
        foreach (var wrong in source.Categories.Where(each => Source.Token(each) is null))
            yield return $"{at}:Categories has \"{wrong}\": a category is system|code, the system an absolute URI.";
        if (source.Custodian is { Identifier: { } named } && Source.Token(named) is null)
            yield return $"{at}:Custodian:Identifier is \"{named}\": an identifier is system|value, the system an absolute URI.";
        if (source.Token is { } token && SettingsChecks.AuthorityFlaw(token, $"{at}:Token") is { } flaw) yield return flaw;

        if (source.RequestsPerMinute < 1) yield return $"{at}:RequestsPerMinute must be at least 1.";
        if (source.UnprovenRequestsPerMinute < 1) yield return $"{at}:UnprovenRequestsPerMinute must be at least 1.";

        // A coded body is held twice: as it came and as it is decoded.
        var needed = 2L * vendor.MaxBodyBytes;
        if (Math.Min(receiving.BytesInFlight, receiving.BytesInFlightPerSource) < needed)
        {
            yield return $"Gateway:Receiving:BytesInFlight and BytesInFlightPerSource must be at least {needed}: "
                + $"{at} takes bodies of {vendor.MaxBodyBytes} bytes, and holds a coded one twice.";
        }
    }

    private static IEnumerable<string> OfSystems(string at, SourceOptions source, VendorDefinition vendor)
    {
        foreach (var (kind, system) in source.Systems)
        {
            if (!vendor.SystemKinds.Contains(kind, StringComparer.OrdinalIgnoreCase))
            {
                var advice = NearestName.Advice(kind, vendor.SystemKinds);
                yield return $"{at}:{kind}: \"{vendor.Name}\" looks for nothing of that type: {advice}";
            }
            else if (!Uri.TryCreate(system, UriKind.Absolute, out _))
                yield return $"{at}:{kind} is \"{system}\": an identifier system is an absolute URI.";
        }
    }

    private static IEnumerable<string> OfPolicies(string at, SourceOptions source, VendorDefinition vendor)
    {
        foreach (var (name, value) in source.Policies)
        {
            var policy = vendor.Policies.FirstOrDefault(each => string.Equals(each.Name, name, StringComparison.OrdinalIgnoreCase));
            if (policy is null)
            {
                var advice = NearestName.Advice(name, vendor.Policies.Select(each => each.Name));
                yield return $"{at}:{name}: \"{vendor.Name}\" leaves no such decision to the site. {advice}".TrimEnd();
            }
            else if (!policy.Values.Contains(value, StringComparer.Ordinal))
                yield return $"{at}:{name} can't be \"{value}\": {NearestName.Advice(value, policy.Values)}";
        }
    }

    private static IEnumerable<string> OfKeys(string at, SourceOptions source, VendorDefinition vendor)
    {
        var missing = vendor.Proofs.Where(proof => !Source.HasSecrets(source, proof)).ToList();
        if (vendor.Proofs.Count == 0)
            yield return $"{at}: \"{vendor.Name}\" defines no way to prove a sender, and a source is never served unauthenticated.";
        else if (vendor.ProofsNeeded == ProofsNeeded.Every && missing.Count > 0)
        {
            yield return $"{at} has no credentials for {Names(missing)}: set {at}:Keys:{missing[0].Name}:<a name of yours>. "
                + "A source is never served unauthenticated.";
        }
        else if (missing.Count == vendor.Proofs.Count)
        {
            var each = missing.Select(proof => $"{at}:Keys:{proof.Name}:<a name of yours>");
            yield return $"{at} has no credentials: set one of {string.Join(", ", each)}. A source is never served unauthenticated.";
        }

        foreach (var (scheme, keys) in source.Keys)
        {
            var proof = vendor.Proofs.FirstOrDefault(each => string.Equals(each.Name, scheme, StringComparison.OrdinalIgnoreCase));
            if (proof is null)
            {
                yield return $"{at}:Keys:{scheme}: \"{vendor.Name}\" has no such proof; it knows {Names(vendor.Proofs)}.";
                continue;
            }

            foreach (var (key, secret) in keys)
            {
                var flaw = string.IsNullOrWhiteSpace(secret) ? "is empty: set it, or remove it." : proof.FlawOf(secret);
                if (flaw is not null) yield return $"{at}:Keys:{scheme}:{key} {flaw}";
            }
        }
    }

    private static string Names(IEnumerable<ProofScheme> proofs) => string.Join(", ", proofs.Select(proof => proof.Name));

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex SourceName();
}
