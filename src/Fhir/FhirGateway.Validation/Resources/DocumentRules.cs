using FhirGateway.Validation.References;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Documents: what the Composition names as its own must be in the bundle (http://hl7.org/fhir/R4/documents.html#content).</summary>
internal static class DocumentRules
{
    private const int MaxSections = 100;

    public static void Check(BundleEntries bundle, ValidationRun run)
    {
        if (bundle.All is not [{ Resource: { Type: "Composition" } composition } entry, ..]) return;
        foreach (var name in (string[])["subject", "encounter", "author", "custodian"])
        {
            foreach (var reference in ElementReader.Children(composition, name)) CheckReference(reference, entry, bundle, run);
        }

        foreach (var section in ElementReader.Children(composition, "section")) CheckSection(section, entry, bundle, run, 0);
    }

    private static void CheckSection(Focus section, BundleEntry entry, BundleEntries bundle, ValidationRun run, int nesting)
    {
        if (nesting > MaxSections) return;
        foreach (var name in (string[])["author", "focus", "entry"])
        {
            foreach (var reference in ElementReader.Children(section, name)) CheckReference(reference, entry, bundle, run);
        }

        foreach (var inner in ElementReader.Children(section, "section")) CheckSection(inner, entry, bundle, run, nesting + 1);
    }

    private static void CheckReference(Focus focus, BundleEntry entry, BundleEntries bundle, ValidationRun run)
    {
        if (focus.Text("reference") is not { Length: > 0 } reference || reference.StartsWith('#') || reference.StartsWith("urn:", StringComparison.Ordinal) && bundle.Matches(reference, entry).Count == 0) return;
        var matches = bundle.Matches(reference, entry).Count;
        if (matches == 0) run.Error("not-found", $"'{Words.Shown(reference)}' is not in the document: add its entry, with the fullUrl it points at.", focus, focus.Shape, "document-reference");
        else if (matches > 1) run.Error("not-found", $"'{Words.Shown(reference)}' is {matches} entries of the document: it must be one.", focus, focus.Shape, "document-reference");
    }
}
