using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Narratives. What XHTML may hold is checked by txt-1 and txt-2 (htmlChecks); this says what those don't.</summary>
internal static class NarrativeRules
{
    private const string Namespace = "http://www.w3.org/1999/xhtml";

    public static void Check(Focus focus, ValidationRun run)
    {
        if (focus.LongText("div") is not { } div) return;
        NarrativeLinks.Check(focus, div, run);
        if (div.StartsWith("<div", StringComparison.Ordinal) && !div.Contains(Namespace, StringComparison.Ordinal))
        {
            run.Error("invalid", $"div must name its namespace: <div xmlns=\"{Namespace}\">.", focus, focus.Shape, "narrative-namespace");
        }
    }
}
