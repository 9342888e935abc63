namespace FhirGateway.Fhir.Validation;

/// <summary>What a validator does where FHIR leaves the choice, and how much it takes.</summary>
public sealed record ValidationOptions
{
    /// <summary>Whether an extension whose definition is unknown is an error; otherwise it is information. A modifier extension is always an error.</summary>
    public bool RefuseUnknownExtensions { get; init; }

    /// <summary>Beginnings of extension urls that are allowed though their definitions are unknown.</summary>
    public IReadOnlyList<string> AllowedExtensionDomains { get; init; } = [];

    /// <summary>Whether urls of example.org and the like may stand where real ones belong.</summary>
    public bool AllowExampleUrls { get; init; } = true;

    /// <summary>Whether a meta.profile that is unknown is an error; otherwise it is a warning.</summary>
    public bool RefuseUnknownProfiles { get; init; }

    /// <summary>Whether a display that the code system does not know is only a warning.</summary>
    public bool DisplayMismatchIsWarning { get; init; }

    /// <summary>Whether advice of the base specification (dom-6: a resource should have narrative) is reported, as a warning.</summary>
    public bool ReportBestPractice { get; init; }

    /// <summary>Largest resource, in bytes of JSON.</summary>
    public int MaxBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Deepest nesting of JSON objects and arrays.</summary>
    public int MaxDepth { get; init; } = 128;

    /// <summary>How many issues are reported; the rest is counted in one.</summary>
    public int MaxIssues { get; init; } = 1000;
}
