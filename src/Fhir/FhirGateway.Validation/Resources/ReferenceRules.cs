using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.References;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>References: whether a target that must be at hand is, and whether the stated type is its type.</summary>
internal static class ReferenceRules
{
    public static void Check(Focus focus, ValidationRun run)
    {
        CheckType(focus, run);
        if (focus.Text("reference") is not { Length: > 0 } reference) return;
        if (reference.AsSpan().IndexOfAny(" \t\r\n") >= 0)
        {
            run.Error("value", $"'{Words.Shown(reference)}' is no reference: it must not hold white space.", focus, focus.Shape, "reference-form");
            return;
        }

        var target = run.References.Resolve(reference, focus);
        var type = target?.Type ?? ReferenceForm.TypeOf(reference);
        if (focus.Text("type") is { } stated && type is not null && stated != type && ResourceTypes.Find(stated) is not null)
        {
            run.Error("structure", $"type says {stated}, but the reference points at a {type}.", focus, focus.Shape, "reference-type");
        }

        if (!reference.StartsWith('#') && run.References.EntryAround(focus) is { FullUrl: null })
        {
            run.Error("required", "The bundle's entry has no fullUrl, so nobody can tell what its references are relative to: give it one.", focus, focus.Shape, "bundle-fullurl");
        }

        if (target is not null) return;
        if (reference.StartsWith('#')) run.Error("not-found", $"There is no contained resource with the id '{Words.Shown(reference[1..])}'.", focus, focus.Shape, "reference-contained");
        else if (run.References.BundleAround(focus) is { } bundle) CheckBundle(focus, reference, bundle, run);
    }

    // Only a logical model is named by an absolute url (R4, Reference.type).
    private static void CheckType(Focus focus, ValidationRun run)
    {
        if (focus.Text("type") is not { Length: > 0 } type || BundleEntries.IsAbsolute(type) || R4Types.Type(type) is { Kind: StructureKind.Resource }) return;
        run.Error("code-invalid", $"type must be a resource type, such as Patient, not '{Words.Shown(type)}'.", focus, focus.Shape, "reference-type");
    }

    private static void CheckBundle(Focus focus, string reference, BundleEntries bundle, ValidationRun run)
    {
        if (!reference.StartsWith("urn:", StringComparison.Ordinal)) return;
        var severity = run.Options.CheckAbsentTargets && bundle.Type is "document" or "message" or "transaction" ? IssueSeverity.Error : IssueSeverity.Warning;
        run.Report(severity, "not-found", $"No entry of the bundle has the fullUrl '{Words.Shown(reference)}'.", focus, focus.Shape, "reference-bundled");
    }
}
