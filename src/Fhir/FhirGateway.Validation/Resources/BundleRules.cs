using FhirGateway.Validation.References;
using FhirGateway.Validation.Walking;

namespace FhirGateway.Validation.Resources;

/// <summary>Bundles: full URLs, ids, and what each kind of bundle needs (http://hl7.org/fhir/R4/bundle.html).</summary>
internal static class BundleRules
{
    public static void Check(Focus bundle, ValidationRun run)
    {
        var entries = run.References.Entries(bundle);
        var type = entries.Type;
        foreach (var entry in entries.All) CheckEntry(entry, type, run);
        if (type == "document") DocumentRules.Check(entries, run);
        if (type is "document" or "message" && entries.All.Count > 0) CheckFirst(entries.All[0], type, run);
        if (type is "document" or "message" && entries.All.Count == 0) run.Error("required", $"A {type} must have entries.", bundle, bundle.Shape, "bundle-entries");
    }

    private static void CheckEntry(BundleEntry read, string? type, ValidationRun run)
    {
        var (entry, resource) = (read.Focus, read.Resource);
        var id = resource?.Text("id");
        if (type == "searchset" && resource is not null) CheckFound(entry, resource, id, run);
        if (read.FullUrl is not { } fullUrl)
        {
            var isExchange = type is "transaction" or "batch" or "transaction-response" or "batch-response";
            if (!isExchange && resource is not null) run.Error("required", "fullUrl is missing: an entry that is not part of a transaction or batch needs one.", entry, entry.Shape, "bundle-fullurl");
            return;
        }

        if (!BundleEntries.IsAbsolute(fullUrl)) run.Error("value", $"fullUrl must be an absolute URL, not '{Words.Shown(fullUrl)}'.", entry, entry.Shape, "bundle-fullurl");
        else if (id is null && resource is not null && IsRestful(fullUrl, resource.Type)) run.Error("required", $"fullUrl '{Words.Shown(fullUrl)}' is a server's, so the resource must have its id.", entry, entry.Shape, "bundle-fullurl");
        else if (id is not null && BundleEntries.IsHttp(fullUrl) && resource is not null && fullUrl.Contains($"/{resource.Type}/", StringComparison.Ordinal) && !fullUrl.EndsWith($"/{resource.Type}/{id}", StringComparison.Ordinal) && !fullUrl.Contains($"/{resource.Type}/{id}/_history", StringComparison.Ordinal))
        {
            run.Error("value", $"fullUrl '{Words.Shown(fullUrl)}' must end with {resource.Type}/{id}, as the resource's id says.", entry, entry.Shape, "bundle-fullurl");
        }
    }

    private static bool IsRestful(string fullUrl, string type) => BundleEntries.IsHttp(fullUrl) && fullUrl.LastIndexOf('/') is var slash && fullUrl[..slash].EndsWith("/" + type, StringComparison.Ordinal);

    private static void CheckFound(Focus entry, Focus resource, string? id, ValidationRun run)
    {
        var mode = ElementReader.Children(entry, "search").FirstOrDefault()?.Text("mode");
        if (mode == "outcome" && resource.Type != "OperationOutcome") run.Error("structure", $"search.mode says outcome, but this is a {resource.Type}, not an OperationOutcome.", resource, entry.Shape, "bundle-search");
        if (id is null && !(resource.Type == "OperationOutcome" && mode is null or "outcome")) run.Error("required", "What a search found must have its id.", resource, entry.Shape, "bundle-search");
    }

    private static void CheckFirst(BundleEntry entry, string type, ValidationRun run)
    {
        var wanted = type == "document" ? "Composition" : "MessageHeader";
        if (entry.Resource?.Type != wanted) run.Error("structure", $"The first entry of a {type} must be a {wanted}.", entry.Focus, entry.Focus.Shape, "bundle-first");
    }
}
