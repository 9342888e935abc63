using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>
/// Narratives. What XHTML may hold is checked by txt-1 and txt-2 (htmlChecks); this says what those don't: the namespace, and that
/// <c>href="#x"</c> has an anchor x in a narrative of the same resource or bundle, or a contained resource x.
/// </summary>
internal sealed class NarrativeRule : Rule
{
    private const string Namespace = "http://www.w3.org/1999/xhtml";
    private const string Local = "href=\"#";

    public override string Describe() => "names XHTML's namespace, and links only to what is there";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        if (focus.LongText("div") is not { } div) return;
        CheckLinks(focus, div, demandedBy, run);
        if (div.StartsWith("<div", StringComparison.Ordinal) && !div.Contains(Namespace, StringComparison.Ordinal))
        {
            run.Report(DatatypeFindings.NoNamespace(Namespace), focus, demandedBy);
        }
    }

    private static void CheckLinks(Focus narrative, string div, string demandedBy, RuleRun run)
    {
        for (var at = div.IndexOf(Local, StringComparison.Ordinal); at >= 0; at = div.IndexOf(Local, at + 1, StringComparison.Ordinal))
        {
            var start = at + Local.Length;
            var end = div.IndexOf('"', start);
            if (end < 0) return;
            var target = div[start..end];
            if (target.Length > 0 && !run.Anchors.Contains(target)) run.Report(DatatypeFindings.LinkLeadsNowhere(target), narrative, demandedBy);
        }
    }
}
