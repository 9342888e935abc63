using System.Runtime.CompilerServices;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath.Functions;

/// <summary>
/// Finds what a reference points at: a contained resource, an entry of the surrounding Bundle, or what the context's resolver knows.
/// </summary>
internal static class ReferenceTargets
{
    // Kept for each container as long as it is used: one of a hundred thousand entries must not look through all of them.
    private static readonly ConditionalWeakTable<FhirNode, Dictionary<string, FhirNode>> Contents = [];

    /// <summary>Null when it can't be found.</summary>
    public static FhirNode? Resolve(FhirNode from, string reference, Evaluation evaluation, int offset)
    {
        var container = from.RootResource ?? evaluation.Context.RootResource ?? evaluation.Focus?.RootResource;
        if (reference.StartsWith('#')) return reference.Length == 1 ? container : Contained(container, reference[1..], evaluation, offset);
        return InBundle(container, reference, evaluation, offset) ?? evaluation.Context.Resolver?.Invoke(reference);
    }

    private static FhirNode? Contained(FhirNode? container, string id, Evaluation evaluation, int offset) =>
        container is null ? null : ContentOf(container, "contained", "id", evaluation, offset).GetValueOrDefault(id);

    // A relative reference means the entry whose fullUrl has the same base as the referring entry's (FHIR R4, Bundle §2.36.4.1).
    private static FhirNode? InBundle(FhirNode? resource, string reference, Evaluation evaluation, int offset)
    {
        if (resource?.Parent is not { Name: "entry", Parent: { } bundle } entry) return null;
        var version = reference.IndexOf("/_history/", StringComparison.Ordinal);
        if (version >= 0) reference = reference[..version];
        if (!IsAbsolute(reference))
        {
            var own = evaluation.Text(entry, "fullUrl", offset);
            var tail = $"{resource.Type.Name}/{evaluation.Text(resource, "id", offset)}";
            if (own is null || !own.EndsWith(tail, StringComparison.Ordinal)) return null;
            reference = own[..^tail.Length] + reference;
        }

        if (!ContentOf(bundle, "entry", "fullUrl", evaluation, offset).TryGetValue(reference, out var found)) return null;
        var resources = new CollectionBuilder();
        evaluation.AddChildren(found, "resource", ref resources, offset);
        return resources.Count > 0 ? resources.ToCollection()[0] : null;
    }

    /// <summary>The children of a name, by the text that identifies them; the first when several have the same.</summary>
    private static Dictionary<string, FhirNode> ContentOf(
        FhirNode container, string children, string key, Evaluation evaluation, int offset)
    {
        if (Contents.TryGetValue(container, out var known)) return known;
        var content = new Dictionary<string, FhirNode>(StringComparer.Ordinal);
        var found = new CollectionBuilder();
        evaluation.AddChildren(container, children, ref found, offset);
        foreach (var child in found.ToCollection())
        {
            if (evaluation.Text(child, key, offset) is { } text) content.TryAdd(text, child);
        }

        Contents.AddOrUpdate(container, content);
        return content;
    }

    private static bool IsAbsolute(string reference) =>
        reference.StartsWith("urn:", StringComparison.Ordinal) || reference.Contains("://", StringComparison.Ordinal);
}
