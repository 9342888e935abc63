namespace FhirGateway.Validation.Findings;

/// <summary>What R4 says of datatypes, ids and narratives in prose.</summary>
internal static class DatatypeFindings
{
    private const string Invalid = "invalid";

    public static Finding ContainedWithoutId() =>
        Finding.Error("contained-id", "required", "A contained resource must have an id, or nothing can refer to it.");

    public static Finding IdGivenTwice(string? id) =>
        Finding.Error("unique-id", Invalid, $"Two elements have the id '{Words.Shown(id)}': ids must be unique in a resource.");

    public static Finding LabelGivenTwice(string? system, string? code) =>
        Finding.Error(
            "meta-security", Invalid, $"The security label {Words.Shown(system)}#{Words.Shown(code)} is given twice: once is enough.");

    public static Finding SystemIsRelative(string system) =>
        Finding.Error("identifier-system", "value", $"system must be an absolute URI, not '{Words.Shown(system)}'.");

    public static Finding ValueIsNotAUri(string value) =>
        Finding.Error("identifier-uri", "value", $"The system says that the value is a URI, but '{Words.Shown(value)}' names no scheme.");

    public static Finding WrongSize(long stated, long actual) =>
        Finding.Error("attachment-size", "value", $"size says {stated} bytes, but data holds {actual}.");

    public static Finding HashHasWrongLength(int bytes, IssueSeverity severity) =>
        new(
            "attachment-hash", "value", severity,
            $"hash holds {bytes} bytes, but a SHA-1 hash has 20: give the SHA-1 of the data, in base64.");

    public static Finding WrongHash(string actual) =>
        Finding.Error("attachment-hash", "value", $"hash is not that of the data, whose SHA-1 in base64 is {actual}.");

    public static Finding LinkLeadsNowhere(string target) =>
        Finding.Error("narrative-link", Invalid, $"The link to '#{Words.Shown(target)}' leads nowhere: nothing in the text has that id.");

    public static Finding NoNamespace(string name) =>
        Finding.Error("narrative-namespace", Invalid, $"div must name its namespace: <div xmlns=\"{name}\">.");
}
