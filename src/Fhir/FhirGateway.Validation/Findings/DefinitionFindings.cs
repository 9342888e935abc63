namespace FhirGateway.Validation.Findings;

/// <summary>Definitions as resources: profiles, code systems, value sets, search parameters, and reports on measures.</summary>
internal static class DefinitionFindings
{
    private const string Invalid = "invalid";
    private const string Property = "codesystem-property";
    private const string Filter = "valueset-filter";

    public static Finding SupplementMustSaySo() =>
        Finding.Error("codesystem-supplement", Invalid, "A code system that supplements another must have the content 'supplement'.");

    public static Finding PropertyDeclaredTwice(string code) =>
        Finding.Error(Property, Invalid, $"The property '{Words.Shown(code)}' is declared twice.");

    public static Finding PropertyUriTwice(string uri) =>
        Finding.Error(Property, Invalid, $"Two properties have the uri {Words.Shown(uri)}.");

    public static Finding PropertyOfWrongType(string code, string declared, string actual) =>
        Finding.Error(Property, Invalid, $"The property '{Words.Shown(code)}' is declared as {declared}, but has a {actual}.");

    public static Finding FilterIsNotBoolean(string property, string value) =>
        Finding.Error(
            Filter, Invalid, $"The filter's value must be true or false, as {property} is a boolean, not '{Words.Shown(value)}'.");

    public static Finding FilterIsNotCoding(string property, string value) =>
        Finding.Error(Filter, Invalid, $"The filter's value must be system#code, as {property} is a Coding, not '{Words.Shown(value)}'.");

    public static Finding FilterIsNotACode(string system, string value) =>
        Finding.Error(Filter, "code-invalid", $"The filter's value must be a code of {system}, and '{Words.Shown(value)}' is not.");

    public static Finding SearchExpression(string why) =>
        Finding.Error("searchparameter-expression", Invalid, $"The expression is not valid FHIRPath: {why}");

    public static Finding SearchBase(string type, string derivedFrom) =>
        Finding.Error("searchparameter-base", Invalid, $"{Words.Shown(type)} is not a base of {derivedFrom}, from which this derives.");

    public static Finding ScoreOfCohort() =>
        Finding.Error("measurereport-score", Invalid, "The measure's scoring is 'cohort', which has no score: remove measureScore.");

    public static Finding ProfileUnusable(string why) => Finding.Error("profile-usable", Invalid, why);

    public static Finding FixedOtherwise(string element, string value, string parent, string before) =>
        Finding.Error("profile-fixed", Invalid, $"{element} is fixed to {value}, but {parent} fixes it to {before}.");

    public static Finding DiscriminatorNotInExtension(string element, string path) =>
        Finding.Error("profile-discriminator", Invalid, $"{element} is sliced by {path}, which an Extension does not have.");
}
