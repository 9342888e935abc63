using FhirGateway.Fhir.FhirPath.Tree;

namespace FhirGateway.Fhir.FhirPath.Functions;

/// <summary>Finds what a reference points at: a contained resource, an entry of the surrounding Bundle, or what the context's resolver knows.</summary>
internal static class References
{
    /// <summary>Null when it can't be found.</summary>
    public static FhirNode? Resolve(FhirNode from, string reference, Evaluation evaluation)
    {
        var container = from.RootResource ?? evaluation.Context.RootResource ?? evaluation.Focus?.RootResource;
        if (reference.StartsWith('#')) return reference.Length == 1 ? container : Contained(container, reference[1..]);
        return InBundle(container, reference) ?? evaluation.Context.Resolver?.Invoke(reference);
    }

    private static FhirNode? Contained(FhirNode? container, string id) =>
        container?.Children("contained").FirstOrDefault(resource => Text(resource, "id") == id);

    // A relative reference means the entry whose fullUrl has the same base as the referring entry's (FHIR R4, Bundle §2.36.4.1).
    private static FhirNode? InBundle(FhirNode? resource, string reference)
    {
        if (resource?.Parent is not { Name: "entry", Parent: { } bundle } entry) return null;
        var version = reference.IndexOf("/_history/", StringComparison.Ordinal);
        if (version >= 0) reference = reference[..version];
        if (!IsAbsolute(reference))
        {
            var own = Text(entry, "fullUrl");
            var tail = $"{resource.Type.Name}/{Text(resource, "id")}";
            if (own is null || !own.EndsWith(tail, StringComparison.Ordinal)) return null;
            reference = own[..^tail.Length] + reference;
        }

        return bundle.Children("entry").FirstOrDefault(other => Text(other, "fullUrl") == reference) is { } found
            && found.Children("resource") is [var resourceOfEntry, ..]
            ? resourceOfEntry
            : null;
    }

    private static bool IsAbsolute(string reference) =>
        reference.StartsWith("urn:", StringComparison.Ordinal) || reference.Contains("://", StringComparison.Ordinal);

    private static string? Text(FhirNode node, string child) => node.Children(child) is [var only] ? only.Value as string : null;
}
