namespace FhirGateway.Validation.Findings;

/// <summary>Profiles that are claimed, asked for or named, and can't be used as such.</summary>
internal static class ProfileFindings
{
    private const string Usable = "profile-usable";

    public static Finding Unknown(string canonical, IssueSeverity severity) =>
        new(
            "profile-known", "not-found", severity,
            $"The profile {Words.Shown(canonical)} is unknown, so it was not checked: add the package that holds it.");

    public static Finding AskedForButUnknown(string canonical) =>
        Finding.Error(
            "profile-known", "not-found", $"The profile {Words.Shown(canonical)} was asked for but is unknown: add the package that "
                + "holds it.");

    public static Finding Unusable(string canonical, string why) =>
        Finding.Error(Usable, "exception", $"The profile {Words.Shown(canonical)} can't be used: {why}");

    public static Finding UnusableExtension(string url, string why) =>
        Finding.Error(Usable, "exception", $"The extension {Words.Shown(url)} can't be checked: {why}");

    /// <summary>A definition that nobody claimed, but something needs, can't be used: the validation ends.</summary>
    public static Finding EndsValidation(string why) => new(Usable, "exception", IssueSeverity.Fatal, why);

    public static Finding ClaimedForAnotherType(string canonical, string type, string actual) =>
        Finding.Error(
            "meta-profile", "structure", $"The profile {canonical} is for {type}, but the resource is a {actual}: remove it from "
                + "meta.profile.");

    public static Finding AskedForAnotherType(string canonical, string type, string actual) =>
        Finding.Error("profile-type", "structure", $"The profile {canonical} is for {type}, but the resource is a {actual}.");
}
