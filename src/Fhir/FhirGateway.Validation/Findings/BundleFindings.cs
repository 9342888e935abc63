namespace FhirGateway.Validation.Findings;

/// <summary>Bundles and documents (http://hl7.org/fhir/R4/bundle.html, http://hl7.org/fhir/R4/documents.html).</summary>
internal static class BundleFindings
{
    private const string FullUrl = "bundle-fullurl";
    private const string Search = "bundle-search";
    private const string Document = "document-reference";

    public static Finding NoEntries(string type) => Finding.Error("bundle-entries", "required", $"A {type} must have entries.");

    public static Finding WrongFirst(string type, string wanted) =>
        Finding.Error("bundle-first", "structure", $"The first entry of a {type} must be a {wanted}.");

    public static Finding NoFullUrl() =>
        Finding.Error(FullUrl, "required", "fullUrl is missing: only entries of a transaction or batch can do without one.");

    public static Finding NoFullUrlForReferences() =>
        Finding.Error(
            FullUrl, "required",
            "The bundle's entry has no fullUrl, so nobody can tell what its references are relative to: give it one.");

    public static Finding FullUrlIsRelative(string url) =>
        Finding.Error(FullUrl, "value", $"fullUrl must be an absolute URL, not '{Words.Shown(url)}'.");

    public static Finding NoIdForFullUrl(string url) =>
        Finding.Error(FullUrl, "required", $"fullUrl '{Words.Shown(url)}' is a server's, so the resource must have its id.");

    public static Finding FullUrlContradictsId(string url, string type, string id) =>
        Finding.Error(FullUrl, "value", $"fullUrl '{Words.Shown(url)}' must end with {type}/{id}, as the resource's id says.");

    public static Finding NotAnOutcome(string type) =>
        Finding.Error(Search, "structure", $"search.mode says outcome, but this is a {type}, not an OperationOutcome.");

    public static Finding NoIdOfFound() => Finding.Error(Search, "required", "A resource that a search found must have its id.");

    public static Finding NotInDocument(string reference) =>
        Finding.Error(
            Document, "not-found", $"'{Words.Shown(reference)}' is not in the document: add its entry, with the fullUrl that it points "
                + "at.");

    public static Finding AmbiguousInDocument(string reference, int count) =>
        Finding.Error(Document, "not-found", $"'{Words.Shown(reference)}' is {count} entries of the document: it must be one.");
}
