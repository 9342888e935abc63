namespace FhirGateway.Validation.Findings;

/// <summary>Extensions: unknown ones, and those used where they must not be.</summary>
internal static class ExtensionFindings
{
    private const string Known = "extension-known";
    private const string Modifier = "extension-modifier";
    private const string Context = "extension-context";
    private const string Structure = "structure";

    public static Finding RelativeUrl(string url) =>
        Finding.Error("extension-url", Structure, $"The extension's url '{Words.Shown(url)}' must be absolute.");

    public static Finding ExampleUrl(string url) =>
        Finding.Error(Known, Structure, $"{Words.Shown(url)} is an example's url: define the extension under a url of your own.");

    public static Finding UnknownNotAllowed(string url) =>
        Finding.Error(
            Known, Structure, $"The extension {Words.Shown(url)} is unknown, so it is not allowed: add the package that defines it, or "
                + "remove it.");

    public static Finding UnknownModifier(string url) =>
        Finding.Warning(
            Known, "informational",
            $"The modifier extension {Words.Shown(url)} is unknown, and so is what it changes: add the package that defines it.");

    public static Finding Unknown(string url) =>
        new(
            Known, "informational", IssueSeverity.Information,
            $"The extension {Words.Shown(url)} is unknown, so it was not checked: add the package that defines it.");

    public static Finding NotAnExtension(string url, string type) =>
        Finding.Error(Known, Structure, $"{Words.Shown(url)} defines a {type}, not an extension.");

    public static Finding MustBeModifier(string url) =>
        Finding.Error(Modifier, Structure, $"{url} changes the meaning: it must be a modifierExtension.");

    public static Finding MustNotBeModifier(string url) =>
        Finding.Error(Modifier, Structure, $"{url} does not change the meaning: it must be an extension, not a modifierExtension.");

    public static Finding WrongPlace(string url, string? place, IEnumerable<string> allowed) =>
        Finding.Error(Context, Structure, $"{url} is not allowed on {place}; it is for {string.Join(", ", allowed)}.");

    public static Finding PlaceNotEvaluated(string url, string why) =>
        Finding.Error(Context, "not-supported", $"Whether {url} is allowed here could not be evaluated: {why}");

    public static Finding ConditionFails(string condition) =>
        Finding.Error(Context, Structure, $"The extension may be used only where this holds: {condition}");

    /// <summary>
    /// A condition of use has no severity of its own and is an error when it fails; so it is when nobody can evaluate it.
    /// </summary>
    public static Finding ConditionNotEvaluated(string condition, string why) =>
        Finding.Error(Context, "not-supported", $"The extension's condition {condition} could not be evaluated: {why}");
}
