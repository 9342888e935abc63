using System.Text.Json;
using FhirGateway.Json;
using FhirGateway.Validation.Instances;

namespace FhirGateway.Validation.Rules;

/// <summary>
/// Invariants written out: those met at nearly every element, and those whose FHIRPath takes quadratic time, have the same answer in
/// less time; a few follow their words, where their FHIRPath says something else.
/// </summary>
internal static class NativeInvariants
{
    private const string Dom3 =
        "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) | "
        + "%resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference = '#').exists() or "
        + "descendants().where(as(canonical) = '#').exists() or descendants().where(as(canonical) = '#').exists()).not())"
        + ".trace('unmatched', id).empty()";

    private const string Ref1 =
        "reference.startsWith('#').not() or (reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))";

    private const string Sdf8 =
        "(%resource.kind = 'logical' or element.first().path = %resource.type) and "
        + "element.tail().all(path.startsWith(%resource.snapshot.element.first().path&'.'))";

    private const string Sdf8a =
        "(%resource.kind = 'logical' or element.first().path.startsWith(%resource.type)) and (element.tail().empty() or "
        + @"element.tail().all(path.startsWith(%resource.differential.element.first().path.replaceMatches('\\..*','')&'.')))";

    private static readonly Dictionary<(string Key, string Expression), Func<Focus, RuleRun, bool>> Known = new()
    {
        [("ext-1", "extension.exists() != value.exists()")] = (focus, _) => Has(focus, "extension") != HasChoice(focus, "value"),
        [("dom-2", "contained.contained.empty()")] = (focus, _) => !Contained(focus).Any(item => item.Member("contained") is not null),
        [("dom-3", Dom3)] = ContainedReferences.Hold,
        [("dom-4", "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()")] = (focus, _) =>
            !Contained(focus).Any(item => HasMeta(item, "versionId") || HasMeta(item, "lastUpdated")),
        [("dom-5", "contained.meta.security.empty()")] = (focus, _) => !Contained(focus).Any(item => HasMeta(item, "security")),
        [("dom-6", "text.`div`.exists()")] = (focus, _) => HasNarrative(focus),
        [("qty-3", "code.empty() or system.exists()")] = (focus, _) => !Has(focus, "code") || Has(focus, "system"),
        // Without a reference there is nothing to resolve, where FHIRPath would give nothing. Whether '#id' resolves is checked for
        // every reference.
        [("ref-1", Ref1)] = (_, _) => true,
        // "More than one" is what its words say, and "> 2" its expression.
        [("que-12", "enableWhen.count() > 2 implies enableBehavior.exists()")] = (focus, _) =>
            Count(focus, "enableWhen") <= 1 || Has(focus, "enableBehavior"),
        [("sdf-8", Sdf8)] = DefinitionPaths.SnapshotHolds,
        [("sdf-8a", Sdf8a)] = DefinitionPaths.DifferentialHolds,
        // One expression for two rules: each follows its own words.
        [("txt-1", "htmlChecks()")] = (focus, run) => focus.Parent is { } narrative && run.Xhtml(narrative).IsAllowed,
        [("txt-2", "htmlChecks()")] = (focus, run) => focus.Parent is { } narrative
            && run.Xhtml(narrative) is { HasContent: true } or { IsAllowed: false },
    };

    /// <summary>The invariant written out; null when its FHIRPath is evaluated.</summary>
    public static Func<Focus, RuleRun, bool>? Find(string key, string expression) => Known.GetValueOrDefault((key, expression));

    private static bool Has(Focus focus, string name) =>
        focus.Json.ValueKind == JsonValueKind.Object
            && (focus.Json.TryGetProperty(name, out _) || focus.Json.TryGetProperty("_" + name, out _));

    private static bool HasNarrative(Focus focus) =>
        focus.Json.TryGetProperty("text"u8, out var text) && text.ValueKind == JsonValueKind.Object && text.TryGetProperty("div"u8, out _);

    private static int Count(Focus focus, string name) =>
        focus.Json.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.GetArrayLength() : 0;

    private static bool HasChoice(Focus focus, string stem)
    {
        if (focus.Json.ValueKind != JsonValueKind.Object) return false;
        foreach (var member in focus.Json.EnumerateObject())
        {
            var name = member.Name.AsSpan();
            if (name.Length > 0 && name[0] == '_') name = name[1..];
            if (name.Length > stem.Length && name.StartsWith(stem, StringComparison.Ordinal) && char.IsUpper(name[stem.Length]))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<JsonElement> Contained(Focus focus) =>
        focus.Json.TryGetProperty("contained"u8, out var contained) && contained.ValueKind == JsonValueKind.Array
            ? contained.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    private static bool HasMeta(JsonElement resource, string member) =>
        resource.TryGetProperty("meta"u8, out var meta) && meta.ValueKind == JsonValueKind.Object && meta.TryGetProperty(member, out _);
}
