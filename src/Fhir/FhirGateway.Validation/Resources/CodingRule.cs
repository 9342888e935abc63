using FhirGateway.Json;
using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Resources;

/// <summary>Codings: whether the system has the code, and calls it what the display says.</summary>
internal sealed class CodingRule : Rule
{
    public override string Describe() => "has a code and a display that its system has";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        var (system, code) = (focus.Text("system"), focus.Text("code"));
        if (system is null) return;
        if (code is null)
        {
            CheckMissingCode(focus, system, demandedBy, run);
            return;
        }

        if (!system.Contains(':', StringComparison.Ordinal))
        {
            run.Report(CodeFindings.SystemIsRelative(system), focus, demandedBy);
            return;
        }

        if (run.Terminology.System(system) is { IsSupplement: true })
        {
            run.Report(CodeFindings.SystemIsSupplement(system), focus, demandedBy);
            return;
        }

        var answer = run.Terminology.CheckSystem(system, code);
        switch (answer.Membership)
        {
            case Membership.No:
                run.Report(CodeFindings.UnknownCode(answer.Reason), focus, demandedBy);
                break;
            case Membership.Unknown:
                run.Report(CodeFindings.CodeUnchecked(system, code, answer.Reason), focus, demandedBy);
                break;
            default:
                CheckDisplay(focus, system, code, demandedBy, run);
                break;
        }
    }

    // R4 lets a Coding have no code. But where the system's codes are all known, a concept's coding without one says no more than a
    // text would, and is most likely a mapping's mistake: HL7's validator refuses it.
    private static void CheckMissingCode(Focus focus, string system, string demandedBy, RuleRun run)
    {
        if (focus.Name != "coding" || focus.Json.Member("_code") is not null) return;
        if (run.Terminology.System(system) is { IsComplete: true }) run.Report(CodeFindings.NoCode(system), focus, demandedBy);
    }

    private static void CheckDisplay(Focus focus, string system, string code, string demandedBy, RuleRun run)
    {
        if (focus.Text("display") is not { } display) return;
        if (run.Terminology.System(system)?.Find(code) is not { Display: { } known } concept) return;
        if (Same(display, known) || concept.Designations.Any(designation => Same(display, designation))) return;
        var severity = run.Options.RefuseWrongDisplays ? IssueSeverity.Error : IssueSeverity.Warning;
        run.Report(CodeFindings.WrongDisplay(system, code, known, display, severity), focus, demandedBy);
    }

    // Any blanks between words count as one space; a display may be as long as it likes, so it is not taken apart.
    private static bool Same(string display, string known)
    {
        var left = display.AsSpan();
        var right = known.AsSpan();
        while (true)
        {
            var word = NextWord(ref left);
            var other = NextWord(ref right);
            if (!word.Equals(other, StringComparison.OrdinalIgnoreCase)) return false;
            if (word.IsEmpty) return true;
        }
    }

    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        var word = text[..end];
        text = text[end..];
        return word;
    }
}
