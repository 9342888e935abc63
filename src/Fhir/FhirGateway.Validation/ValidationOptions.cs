namespace FhirGateway.Validation;

/// <summary>What a validator does where FHIR leaves the choice, and how much it takes.</summary>
public sealed record ValidationOptions
{
    /// <summary>
    /// Canonicals of profiles that every resource of their type must conform to, wherever it stands and whether it claims them or not.
    /// </summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>
    /// Whether an extension whose definition is unknown is an error; otherwise it is information, or a warning when it is a modifier.
    /// </summary>
    public bool RefuseUnknownExtensions { get; init; }

    /// <summary>Beginnings of extension urls that are allowed though their definitions are unknown.</summary>
    public IReadOnlyList<string> AllowedExtensionDomains { get; init; } = [];

    /// <summary>Whether urls of example.org and the like may stand where real ones belong.</summary>
    public bool AllowExampleUrls { get; init; } = true;

    /// <summary>Whether a meta.profile that is unknown is an error; otherwise it is a warning.</summary>
    public bool RefuseUnknownProfiles { get; init; }

    /// <summary>Whether a display that the code system does not know is an error; otherwise it is a warning.</summary>
    public bool RefuseWrongDisplays { get; init; }

    /// <summary>Whether observations with a vital sign's code must conform to R4's vital signs profiles though they claim none.</summary>
    public bool RequireVitalSigns { get; init; }

    /// <summary>Whether contained resources are validated; otherwise they are only looked into.</summary>
    public bool ValidateContained { get; init; } = true;

    /// <summary>
    /// Whether a reference is judged though its target is not at hand: by the type that it names (<c>Observation/1</c> where a Patient
    /// belongs is an error), and as unresolvable when a transaction, message or document has no entry for its <c>urn:</c>. Otherwise
    /// the type is passed over and the <c>urn:</c> is a warning, as HL7's validator has it under its reference policy IGNORE.
    /// </summary>
    public bool CheckAbsentTargets { get; init; } = true;

    /// <summary>Whether advice of the base specification (dom-6: a resource should have narrative) is reported, as a warning.</summary>
    public bool ReportBestPractice { get; init; }

    /// <summary>Largest resource, in bytes of JSON.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most JSON values (objects, arrays, strings, numbers …) in a resource. Each takes some 200 bytes of memory.</summary>
    public int MaxElements { get; init; } = 5_000_000;

    /// <summary>Deepest nesting of JSON objects and arrays.</summary>
    public int MaxDepth { get; init; } = 128;

    /// <summary>
    /// How much work a validation may be, in steps for each byte of the resource; a small one is given as many as one of 256 KB.
    /// Checking a rule is a step, looking at an element, trying a slice; FHIRPath counts its own. A valid resource takes one or
    /// two a byte, seldom ten; <see cref="ValidationResult.Steps"/> tells how many it took. When they are used up the validation
    /// ends with one error of the code <c>too-costly</c>.
    /// </summary>
    public int MaxStepsPerByte { get; init; } = 50;

    /// <summary>How many issues are reported, at most half of them warnings and information; the rest is counted in one.</summary>
    public int MaxIssues { get; init; } = 1000;
}
