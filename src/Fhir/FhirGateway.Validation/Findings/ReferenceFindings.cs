namespace FhirGateway.Validation.Findings;

/// <summary>References: their form, and what they point at.</summary>
internal static class ReferenceFindings
{
    private const string Target = "reference-target";
    private const string Type = "reference-type";
    private const string NotFound = "not-found";
    private const string Structure = "structure";

    public static Finding WrongTargetType(string type, IEnumerable<string> allowed) =>
        Finding.Error(Target, Structure, $"The reference points at a {type}, but must point at {string.Join(" or ", allowed)}.")
            .Demanding($"the reference must point at {string.Join(" or ", allowed)}.");

    public static Finding TargetDoesNotConform(string place, IEnumerable<string> profiles, ValidationIssue first) =>
        Finding.Error(
            Target, Structure, $"The target {place} does not conform to {string.Join(" or ", profiles)}: {first.Location}: {first.Text}")
            .Demanding($"the target {place} does not conform to {string.Join(" or ", profiles)}: {first.ToDemand()}");

    public static Finding WrongAggregation(string way, IEnumerable<string> allowed) =>
        Finding.Error(Target, Structure, $"The target is {way}, but must be {string.Join(" or ", allowed)}.").QuotingNothing();

    public static Finding HasWhiteSpace(string reference) =>
        Finding.Error("reference-form", "value", $"'{Words.Shown(reference)}' is not a valid reference: remove the white space.");

    public static Finding TypeContradictsTarget(string stated, string type) =>
        Finding.Error(Type, Structure, $"type says {stated}, but the reference points at a {type}.");

    public static Finding TypeIsNotAResource(string type) =>
        Finding.Error(Type, "code-invalid", $"type must be a resource type, such as Patient, not '{Words.Shown(type)}'.");

    public static Finding NotContained(string id) =>
        Finding.Error("reference-contained", NotFound, $"There is no contained resource with the id '{Words.Shown(id)}'.");

    public static Finding NotInBundle(string url, IssueSeverity severity) =>
        new Finding("reference-bundled", NotFound, severity, $"No entry of the bundle has the fullUrl '{Words.Shown(url)}'.")
            .Demanding("the reference points at no entry of the bundle.");
}
