using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Types;

/// <summary>A value whose type is told by its member's name: <c>fixedCode</c> holds a code.</summary>
public sealed record TypedValue(string Type, JsonElement Json)
{
    private static readonly HashSet<string> PrimitiveTypes = new(StringComparer.Ordinal)
    {
        "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer", "markdown",
        "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid", "xhtml",
    };

    /// <summary>
    /// The member whose name is <paramref name="stem"/> and a type: <c>fixed</c> finds <c>fixedCode</c>. Null when there is none.
    /// </summary>
    public static TypedValue? Of(JsonElement json, string stem)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name.Length > stem.Length
                && member.Name.StartsWith(stem, StringComparison.Ordinal)
                && char.IsUpper(member.Name[stem.Length]))
            {
                return new TypedValue(TypeName(member.Name[stem.Length..]), member.Value);
            }
        }

        return null;
    }

    // The names of primitive types start in lower case (fixedCode holds a code), those of complex ones do not (fixedCoding).
    private static string TypeName(string suffix)
    {
        var lower = char.ToLowerInvariant(suffix[0]) + suffix[1..];
        return PrimitiveTypes.Contains(lower) ? lower : suffix;
    }
}

/// <summary>A type an element may have.</summary>
/// <param name="Code">
/// A FHIR type's name; for ids, urls and primitive values the FHIR type that R4 gives by extension, not System.String.
/// </param>
/// <param name="Profiles">Profiles the value must conform to (one of).</param>
/// <param name="TargetProfiles">Of Reference and canonical: what may be pointed at (one of).</param>
/// <param name="Aggregation">How a reference may be given: contained, referenced, bundled; empty means in any way.</param>
/// <param name="Versioning">Whether a reference must, must not or may name a version: specific, independent, either.</param>
/// <param name="Regex">What a primitive's value must match, as R4 gives it; null when it gives none.</param>
/// <param name="IsSystem">
/// Whether the definition names a FHIRPath System type (ids, urls, primitive values): such an element has no extensions.
/// </param>
public sealed record ElementType(
    string Code,
    IReadOnlyList<string> Profiles,
    IReadOnlyList<string> TargetProfiles,
    IReadOnlyList<string> Aggregation,
    string? Versioning,
    string? Regex,
    bool IsSystem)
{
    private const string System = "http://hl7.org/fhirpath/System.";

    public static ElementType Parse(JsonElement json)
    {
        var code = json.Text("code") ?? "";
        var isSystem = code.Length > System.Length && code.StartsWith(System, StringComparison.Ordinal);
        if (isSystem) code = Extension(json, "structuredefinition-fhir-type") ?? LowerFirst(code[System.Length..]);
        return new ElementType(
            code, json.Texts("profile"), json.Texts("targetProfile"), json.Texts("aggregation"), json.Text("versioning"),
            Extension(json, "regex"), isSystem);
    }

    internal static string? Extension(JsonElement json, string name)
    {
        foreach (var extension in json.Items("extension"))
        {
            if (extension.Text("url") is { } url
                && url == R4Types.CoreBase + name
                && TypedValue.Of(extension, "value") is { Json: { ValueKind: JsonValueKind.String } value })
            {
                return value.GetString();
            }
        }

        return null;
    }

    private static string LowerFirst(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];
}

/// <summary>How repetitions (or types) of an element are told apart. Rules: closed, open or openAtEnd.</summary>
public sealed record ElementSlicing(IReadOnlyList<ElementDiscriminator> Discriminators, bool Ordered, string Rules)
{
    public static ElementSlicing Parse(JsonElement json) => new(
        [.. json.Items("discriminator").Select(item => new ElementDiscriminator(item.Text("type") ?? "", item.Text("path") ?? ""))],
        json.Flag("ordered"),
        json.Text("rules") ?? "open");
}

/// <summary>Type is value, exists, pattern, type or profile; path is restricted FHIRPath from the sliced element.</summary>
public sealed record ElementDiscriminator(string Type, string Path);

/// <summary>Strength is required, extensible, preferred or example; the value sets are canonicals, maybe with a version.</summary>
public sealed record ElementBinding(string Strength, string? ValueSet, string? MaxValueSet)
{
    public static ElementBinding Parse(JsonElement json) =>
        new(json.Text("strength") ?? "example", json.Text("valueSet"), ElementType.Extension(json, "elementdefinition-maxValueSet"));
}

/// <summary>An invariant.</summary>
/// <param name="Key">Its short name, such as <c>pat-1</c>.</param>
/// <param name="Severity">error or warning.</param>
/// <param name="Human">The rule in words.</param>
/// <param name="Expression">FHIRPath; null for the few that only XPath or prose expresses.</param>
/// <param name="Source">The structure it comes from when that is another one; null otherwise.</param>
/// <param name="IsBestPractice">Whether it is advice (dom-6) that a site may turn into a rule.</param>
public sealed record ElementConstraint(string Key, string Severity, string Human, string? Expression, string? Source, bool IsBestPractice)
{
    public static ElementConstraint Parse(JsonElement json) => new(
        json.Text("key") ?? "",
        json.Text("severity") ?? "error",
        json.Text("human") ?? "",
        json.Text("expression"),
        json.Text("source"),
        json.Items("extension").Any(
            extension => extension.Text("url") == R4Types.CoreBase + "elementdefinition-bestpractice" && extension.Flag("valueBoolean")));
}
