namespace FhirGateway.Validation.Findings;

/// <summary>Codes: bindings to value sets, codings and units.</summary>
internal static class CodeFindings
{
    private const string Binding = "binding";
    private const string Invalid = "code-invalid";

    public static Finding CodeRequired(string valueSet) =>
        Finding.Error(Binding, Invalid, $"A code of the value set {valueSet} is required here; an extension can't stand in for it.")
            .QuotingNothing();

    public static Finding NotInValueSet(string code, string valueSet, IssueSeverity severity)
    {
        var demand = severity switch
        {
            IssueSeverity.Error => "the code must come from it",
            IssueSeverity.Warning => "the code should come from it, if one suits",
            _ => "a code from it is preferred",
        };
        var type = severity == IssueSeverity.Information ? "informational" : Invalid;
        return new Finding(Binding, type, severity, $"{code} is not in the value set {valueSet}; {demand}.")
            .Demanding($"the code is not in the value set {valueSet}; {demand}.");
    }

    public static Finding BindingUnchecked(string code, string valueSet, string? why) =>
        Finding.Unchecked(Binding, $"Not checked whether {code} is in {valueSet}: {why}.");

    public static Finding SystemIsRelative(string system) =>
        Finding.Error("coding-system", Invalid, $"system must be an absolute URI, not '{Words.Shown(system)}'.");

    public static Finding SystemIsSupplement(string system) =>
        Finding.Error("coding-system", Invalid, $"{system} is a supplement: name the code system that it supplements.");

    public static Finding UnknownCode(string? why) =>
        Finding.Error("coding-code", Invalid, $"{why}: correct the code or its system.")
            .Demanding("the code system has no such code.");

    public static Finding CodeUnchecked(string system, string code, string? why) =>
        Finding.Unchecked("coding-code", $"The code {Words.Shown(system)}#{Words.Shown(code)} was not checked: {why}.");

    public static Finding NoCode(string system) =>
        Finding.Error(
            "coding-code", Invalid,
            $"The coding names {Words.Shown(system)} but none of its codes: give the code, or leave the coding out and use text.")
            .Demanding("a coding that names its system must give a code.");

    public static Finding WrongDisplay(string system, string code, string known, string display, IssueSeverity severity) =>
        new Finding("coding-display", "invalid", severity, $"{system} calls {code} '{known}', not '{Words.Shown(display)}'.")
            .Demanding("the display is not one that the code system has for the code.");

    public static Finding UnknownUnit(string? why) =>
        Finding.Error("quantity-unit", Invalid, $"{why}: correct the unit's code or its system.");

    public static Finding UnitUnchecked(string system, string code, string? why) =>
        Finding.Unchecked("quantity-unit", $"The unit {Words.Shown(system)}#{Words.Shown(code)} was not checked: {why}.");
}
