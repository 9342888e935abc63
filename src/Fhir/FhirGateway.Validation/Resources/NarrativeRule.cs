using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>
/// Narratives. What XHTML may hold is checked by txt-1 and txt-2; this says what those don't: the namespace, and that a link to
/// <c>#x</c> has an anchor x in a narrative of the same resource or bundle, or a contained resource x.
/// </summary>
internal sealed class NarrativeRule : Rule
{
    private const string Namespace = "http://www.w3.org/1999/xhtml";

    public override string Describe() => "names XHTML's namespace, and links only to what is there";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.LongText("div") is not { } div) return;
        foreach (var target in run.Xhtml(focus).LocalLinks)
        {
            if (!run.Anchors.Contains(target)) run.Report(DatatypeFindings.LinkLeadsNowhere(target), focus, demandedBy);
        }

        if (div.StartsWith("<div", StringComparison.Ordinal) && !div.Contains(Namespace, StringComparison.Ordinal))
        {
            run.Report(DatatypeFindings.NoNamespace(Namespace), focus, demandedBy);
        }
    }
}
