using FhirGateway.FhirPath.Types;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>References: whether a target that must be at hand is, and whether the stated type is its type.</summary>
internal sealed class ReferenceRule : Rule
{
    public override string Describe() => "leads to a target of the stated type, which is there when it must be in the resource or bundle";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        CheckType(focus, demandedBy, run);
        if (focus.Text("reference") is not { Length: > 0 } reference) return;
        if (reference.AsSpan().IndexOfAny(" \t\r\n") >= 0)
        {
            run.Report(ReferenceFindings.HasWhiteSpace(reference), focus, demandedBy);
            return;
        }

        var target = run.References.Resolve(reference, focus);
        var type = target?.Type ?? ReferenceForm.TypeOf(reference);
        if (focus.Text("type") is { } stated && type is not null && stated != type && R4Resource.Exists(stated))
        {
            run.Report(ReferenceFindings.TypeContradictsTarget(stated, type), focus, demandedBy);
        }

        if (!reference.StartsWith('#') && run.References.EntryAround(focus) is { FullUrl: null })
        {
            run.Report(BundleFindings.NoFullUrlForReferences(), focus, demandedBy);
        }

        if (target is not null) return;
        if (reference.StartsWith('#')) run.Report(ReferenceFindings.NotContained(reference[1..]), focus, demandedBy);
        else if (run.References.BundleAround(focus) is { } bundle) CheckBundle(focus, reference, bundle, demandedBy, run);
    }

    // Only a logical model is named by an absolute url (R4, Reference.type).
    private static void CheckType(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.Text("type") is not { Length: > 0 } type || BundleEntries.IsAbsolute(type)) return;
        if (R4Types.Type(type) is { Kind: StructureKind.Resource }) return;
        run.Report(ReferenceFindings.TypeIsNotAResource(type), focus, demandedBy);
    }

    private static void CheckBundle(Focus focus, string reference, BundleEntries bundle, string demandedBy, RuleRun run)
    {
        if (!reference.StartsWith("urn:", StringComparison.Ordinal)) return;
        var mustBeThere = run.Options.CheckAbsentTargets && bundle.Type is "document" or "message" or "transaction";
        var severity = mustBeThere ? IssueSeverity.Error : IssueSeverity.Warning;
        run.Report(ReferenceFindings.NotInBundle(reference, severity), focus, demandedBy);
    }
}
