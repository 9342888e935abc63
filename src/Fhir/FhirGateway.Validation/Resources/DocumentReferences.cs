using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>
/// Documents: what the Composition names as its own must be in the bundle (http://hl7.org/fhir/R4/documents.html#content).
/// </summary>
internal static class DocumentReferences
{
    private const int MaxSections = 100;

    public static void Check(BundleEntries bundle, string demandedBy, RuleRun run)
    {
        if (bundle.All is not [{ Resource: { Type: "Composition" } composition } entry, ..]) return;
        foreach (var name in (string[])["subject", "encounter", "author", "custodian"])
        {
            foreach (var reference in composition.Children(name)) CheckReference(reference, entry, bundle, demandedBy, run);
        }

        foreach (var section in composition.Children("section")) CheckSection(section, entry, bundle, demandedBy, run, 0);
    }

    private static void CheckSection(Focus section, BundleEntry entry, BundleEntries bundle, string demandedBy, RuleRun run, int nesting)
    {
        if (nesting > MaxSections) return;
        foreach (var name in (string[])["author", "focus", "entry"])
        {
            foreach (var reference in section.Children(name)) CheckReference(reference, entry, bundle, demandedBy, run);
        }

        foreach (var inner in section.Children("section")) CheckSection(inner, entry, bundle, demandedBy, run, nesting + 1);
    }

    private static void CheckReference(Focus focus, BundleEntry entry, BundleEntries bundle, string demandedBy, RuleRun run)
    {
        if (focus.Text("reference") is not { Length: > 0 } reference || reference.StartsWith('#')) return;
        var matches = bundle.Matches(reference, entry).Count;
        // ReferenceRule reports a urn: that leads nowhere, in any bundle.
        if (matches == 1 || matches == 0 && reference.StartsWith("urn:", StringComparison.Ordinal)) return;
        run.Report(
            matches == 0 ? BundleFindings.NotInDocument(reference) : BundleFindings.AmbiguousInDocument(reference, matches), focus,
            demandedBy);
    }
}
