using System.Text.Json.Nodes;

namespace FhirGateway.Generator.Definitions;

/// <summary>
/// Cuts a StructureDefinition down to what decides whether an instance is valid: prose, mappings, publication data and
/// the differential go; what remains is still a StructureDefinition, so one reader serves these and a package's.
/// </summary>
internal static class StructurePruning
{
    private static readonly string[] StructureFields =
        [
            "resourceType", "url", "version", "name", "kind", "abstract", "context", "contextInvariant", "type", "baseDefinition",
            "derivation"];

    private static readonly string[] ElementFields =
    [
        "id", "path", "representation", "sliceName", "sliceIsConstraining", "slicing", "min", "max", "contentReference", "type",
        "orderMeaning", "fixed", "pattern", "minValue", "maxValue", "maxLength", "condition", "constraint", "mustSupport",
        "isModifier", "isSummary", "binding",
    ];

    private static readonly string[] KeptExtensions =
    [
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
        "http://hl7.org/fhir/StructureDefinition/regex",
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-hierarchy",
        "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
        "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice",
    ];

    public static JsonObject Prune(JsonObject structure)
    {
        var pruned = Take(structure, StructureFields);
        var url = (string)structure["url"]!;
        var elements = new JsonArray();
        foreach (var element in structure["snapshot"]!["element"]!.AsArray())
        {
            elements.Add(PruneElement(element!.AsObject(), url, isRoot: elements.Count == 0));
        }

        pruned["snapshot"] = new JsonObject { ["element"] = elements };
        return pruned;
    }

    private static JsonObject PruneElement(JsonObject element, string structure, bool isRoot)
    {
        var pruned = new JsonObject();
        foreach (var (name, value) in element)
        {
            if (value is not null && ElementFields.Any(field => name == field || IsChoice(name, field))) pruned[name] = value.DeepClone();
        }

        if ((string?)pruned["id"] == (string?)pruned["path"]) pruned.Remove("id");
        foreach (var flag in new[] { "isModifier", "isSummary", "mustSupport" })
        {
            if (pruned[flag] is { } value && !value.GetValue<bool>()) pruned.Remove(flag);
        }

        PruneConstraints(pruned, structure, isRoot);
        foreach (var type in pruned["type"]?.AsArray() ?? []) KeepExtensions(type!.AsObject());
        if (pruned["binding"] is JsonObject binding)
        {
            binding.Remove("description");
            KeepExtensions(binding);
        }

        return pruned;
    }

    // Snapshots repeat the constraints of an element's type (ele-1, ext-1) on every element of that type. They hold because
    // the type's own definition says so, and without the repetition the file is half as long.
    private static void PruneConstraints(JsonObject element, string structure, bool isRoot)
    {
        if (element["constraint"] is not JsonArray constraints) return;
        for (var i = constraints.Count - 1; i >= 0; i--)
        {
            var constraint = constraints[i]!.AsObject();
            var inheritedFromType = !isRoot
                && (string?)constraint["key"] is "ele-1" or "ext-1"
                && (string?)constraint["source"] != structure;
            if (inheritedFromType)
            {
                constraints.RemoveAt(i);
                continue;
            }

            constraint.Remove("xpath");
            constraint.Remove("requirements");
            if ((string?)constraint["source"] == structure) constraint.Remove("source");
            KeepExtensions(constraint);
        }

        if (constraints.Count == 0) element.Remove("constraint");
    }

    private static void KeepExtensions(JsonObject holder)
    {
        if (holder["extension"] is not JsonArray extensions) return;
        for (var i = extensions.Count - 1; i >= 0; i--)
        {
            if (!KeptExtensions.Contains((string?)extensions[i]!["url"])) extensions.RemoveAt(i);
        }

        if (extensions.Count == 0) holder.Remove("extension");
    }

    // "fixedCode" is a choice of "fixed"; "maxLength" is not one of "max", which is why the fields are named in full.
    private static bool IsChoice(string name, string field) =>
        field is "fixed" or "pattern" or "minValue" or "maxValue" && name.StartsWith(field, StringComparison.Ordinal);

    public static JsonObject Take(JsonObject source, IEnumerable<string> fields)
    {
        var taken = new JsonObject();
        foreach (var field in fields)
        {
            if (source[field] is { } value) taken[field] = value.DeepClone();
        }

        return taken;
    }
}
