using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Identifiers: the system is absolute, or it identifies nothing outside.</summary>
internal sealed class IdentifierRule : Rule
{
    private const string Uris = "urn:ietf:rfc:3986";

    public override string Describe() => $"system is an absolute URI, and so is a value of the system {Uris}";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("system") is not { Length: > 0 } system) return;
        if (!BundleEntries.IsAbsolute(system)) run.Report(DatatypeFindings.SystemIsRelative(system), focus, demandedBy);
        if (system == Uris && focus.Text("value") is { } value && !BundleEntries.IsAbsolute(value))
        {
            run.Report(DatatypeFindings.ValueIsNotAUri(value), focus, demandedBy);
        }
    }
}
