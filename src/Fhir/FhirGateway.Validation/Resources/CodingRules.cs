using FhirGateway.Json;
using FhirGateway.Validation.Terminology;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Codings: whether the system has the code, and calls it what the display says.</summary>
internal static class CodingRules
{
    public static void Check(Focus focus, ValidationRun run)
    {
        var (system, code) = (focus.Text("system"), focus.Text("code"));
        if (system is null) return;
        if (code is null)
        {
            CheckMissingCode(focus, system, run);
            return;
        }

        if (!system.Contains(':', StringComparison.Ordinal))
        {
            run.Error("code-invalid", $"system must be an absolute URI, not '{Words.Shown(system)}'.", focus, focus.Shape, "coding-system");
            return;
        }

        if (run.Terminology.System(system) is { IsSupplement: true })
        {
            run.Error("code-invalid", $"{system} is a supplement: name the code system it supplements.", focus, focus.Shape, "coding-system");
            return;
        }

        var answer = run.Terminology.CheckSystem(system, code);
        if (answer.Membership == Membership.No) run.Error("code-invalid", $"{answer.Reason}: mend the code or its system.", focus, focus.Shape, "coding-code");
        else if (answer.Membership == Membership.Unknown) run.Report(IssueSeverity.Information, "not-supported", $"The code {Words.Shown(system)}#{Words.Shown(code)} was not checked: {answer.Reason}.", focus, focus.Shape, "coding-code");
        else CheckDisplay(focus, system, code, run);
    }

    // R4 lets a Coding have no code. But where the system's codes are all known, a coding of a concept that names none says nothing
    // a text would not say better, and is most likely a mapping's mistake: HL7's validator refuses it.
    private static void CheckMissingCode(Focus focus, string system, ValidationRun run)
    {
        if (focus.Name != "coding" || focus.Json.Member("_code") is not null || run.Terminology.System(system) is not { IsComplete: true }) return;
        run.Error("code-invalid", $"The coding names {Words.Shown(system)} but no code of it: give the code, or leave the coding out and say it in text.", focus, focus.Shape, "coding-code");
    }

    private static void CheckDisplay(Focus focus, string system, string code, ValidationRun run)
    {
        if (focus.Text("display") is not { } display || run.Terminology.System(system)?.Find(code) is not { Display: { } known } concept) return;
        if (Same(display, known) || concept.Designations.Any(designation => Same(display, designation))) return;
        var severity = run.Options.RefuseWrongDisplays ? IssueSeverity.Error : IssueSeverity.Warning;
        run.Report(severity, "invalid", $"{system} calls {code} '{known}', not '{Words.Shown(display)}'.", focus, focus.Shape, "coding-display");
    }

    // As one space counts any blanks between words; a display may be as long as it likes, so it is not taken apart.
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
