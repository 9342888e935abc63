using FhirGateway.Validation.References;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Identifiers: a system is absolute, or it identifies nothing outside.</summary>
internal static class IdentifierRules
{
    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.Text("system") is { Length: > 0 } system && !BundleEntries.IsAbsolute(system))
        {
            run.Error("value", $"system must be an absolute URI, not '{Words.Shown(system)}'.", focus, focus.Shape, "identifier-system");
        }

        if (focus.Text("system") == "urn:ietf:rfc:3986" && focus.Text("value") is { } value && !BundleEntries.IsAbsolute(value))
        {
            run.Error("value", $"The system says that the value is a URI, but '{Words.Shown(value)}' names no scheme.", focus, focus.Shape, "identifier-uri");
        }
    }
}
