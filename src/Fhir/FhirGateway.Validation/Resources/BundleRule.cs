using FhirGateway.Validation.Findings;
using FhirGateway.Validation.Instances;
using FhirGateway.Validation.Rules;

namespace FhirGateway.Validation.Resources;

/// <summary>Bundles: full URLs, ids, and what each kind of bundle needs (http://hl7.org/fhir/R4/bundle.html).</summary>
internal sealed class BundleRule : Rule
{
    public override string Describe() => "has entries, full URLs and ids as its type demands; a document holds what its Composition names";

    public override void Check(Focus focus, string demandedBy, RuleRun run)
    {
        var entries = run.References.Entries(focus);
        var type = entries.Type;
        foreach (var entry in entries.All) CheckEntry(entry, type, demandedBy, run);
        if (type == "document") DocumentReferences.Check(entries, demandedBy, run);
        if (type is not ("document" or "message")) return;
        if (entries.All.Count == 0) run.Report(BundleFindings.NoEntries(type), focus, demandedBy);
        else CheckFirst(entries.All[0], type, demandedBy, run);
    }

    private static void CheckEntry(BundleEntry read, string? type, string demandedBy, RuleRun run)
    {
        var (entry, resource) = (read.Focus, read.Resource);
        var id = resource?.Text("id");
        if (type == "searchset" && resource is not null) CheckFound(entry, resource, id, demandedBy, run);
        if (read.FullUrl is { } fullUrl)
        {
            if (FullUrlProblem(fullUrl, resource, id) is { } problem) run.Report(problem, entry, demandedBy);
            return;
        }

        var isExchange = type is "transaction" or "batch" or "transaction-response" or "batch-response";
        if (!isExchange && resource is not null) run.Report(BundleFindings.NoFullUrl(), entry, demandedBy);
    }

    private static Finding? FullUrlProblem(string url, Focus? resource, string? id)
    {
        if (!BundleEntries.IsAbsolute(url)) return BundleFindings.FullUrlIsRelative(url);
        if (resource is null || !BundleEntries.IsHttp(url)) return null;
        if (id is null) return IsRestful(url, resource.Type) ? BundleFindings.NoIdForFullUrl(url) : null;
        var own = $"/{resource.Type}/{id}";
        var isAnothers = url.Contains($"/{resource.Type}/", StringComparison.Ordinal)
            && !url.EndsWith(own, StringComparison.Ordinal)
            && !url.Contains(own + "/_history", StringComparison.Ordinal);
        return isAnothers ? BundleFindings.FullUrlContradictsId(url, resource.Type, id) : null;
    }

    private static bool IsRestful(string url, string type) => url[..url.LastIndexOf('/')].EndsWith("/" + type, StringComparison.Ordinal);

    private static void CheckFound(Focus entry, Focus resource, string? id, string demandedBy, RuleRun run)
    {
        var mode = entry.Child("search")?.Text("mode");
        var isOutcome = resource.Type == "OperationOutcome";
        if (mode == "outcome" && !isOutcome) run.Report(BundleFindings.NotAnOutcome(resource.Type), resource, demandedBy);
        if (id is null && !(isOutcome && mode is null or "outcome")) run.Report(BundleFindings.NoIdOfFound(), resource, demandedBy);
    }

    private static void CheckFirst(BundleEntry entry, string type, string demandedBy, RuleRun run)
    {
        var wanted = type == "document" ? "Composition" : "MessageHeader";
        if (entry.Resource?.Type != wanted) run.Report(BundleFindings.WrongFirst(type, wanted), entry.Focus, demandedBy);
    }
}
