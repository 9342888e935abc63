using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Types;

/// <summary>What a StructureDefinition defines.</summary>
public enum StructureKind
{
    PrimitiveType,
    ComplexType,
    Resource,
    Logical,
}

/// <summary>
/// A StructureDefinition, read for use: its elements come from the snapshot, or from the differential when there is no snapshot.
/// The embedded R4 definitions and those of a package are read by the same <see cref="Parse"/>.
/// </summary>
public sealed class Structure
{
    private readonly Lazy<IReadOnlyDictionary<string, StructureElement>> _byId;

    private Structure(JsonElement json)
    {
        Url = json.Text("url") ?? "";
        Version = json.Text("version");
        Name = json.Text("name") ?? "";
        Kind = json.Text("kind") switch
        {
            "primitive-type" => StructureKind.PrimitiveType,
            "resource" => StructureKind.Resource,
            "logical" => StructureKind.Logical,
            _ => StructureKind.ComplexType,
        };
        IsAbstract = json.Flag("abstract");
        IsConstraint = json.Text("derivation") == "constraint";
        Type = json.Text("type") ?? "";
        BaseDefinition = json.Text("baseDefinition");
        Contexts = [
            .. json.Items("context").Select(context => new ExtensionContext(context.Text("type") ?? "", context.Text("expression") ?? ""))];
        ContextInvariants = json.Texts("contextInvariant");
        HasSnapshot = json.Member("snapshot") is not null;
        Elements = [.. Read(json, HasSnapshot ? "snapshot" : "differential")];
        Differential = HasSnapshot ? [.. Read(json, "differential")] : Elements;
        _byId = new(() => Elements.GroupBy(element => element.Id, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.First(), StringComparer.Ordinal));
    }

    /// <summary>Canonical url, without version.</summary>
    public string Url { get; }

    public string? Version { get; }

    public string Name { get; }

    public StructureKind Kind { get; }

    public bool IsAbstract { get; }

    /// <summary>True for a profile (derivation = constraint), false for a type of its own.</summary>
    public bool IsConstraint { get; }

    /// <summary>The type defined or constrained, such as <c>Patient</c>.</summary>
    public string Type { get; }

    /// <summary>Canonical url of what this derives from; null for the roots (Element, Resource).</summary>
    public string? BaseDefinition { get; }

    /// <summary>
    /// Name of the core type that <see cref="BaseDefinition"/> is; null for a root, or when the base is not a core definition.
    /// </summary>
    public string? BaseType =>
        BaseDefinition?.StartsWith(R4Types.CoreBase, StringComparison.Ordinal) == true ? BaseDefinition[R4Types.CoreBase.Length..] : null;

    /// <summary>Where an extension may be used; empty for anything that is not an extension.</summary>
    public IReadOnlyList<ExtensionContext> Contexts { get; }

    /// <summary>FHIRPath that must hold where an extension is used.</summary>
    public IReadOnlyList<string> ContextInvariants { get; }

    /// <summary>Whether <see cref="Elements"/> is complete; without a snapshot it holds only what differs from the base.</summary>
    public bool HasSnapshot { get; }

    /// <summary>The elements in document order; the first is the root.</summary>
    public IReadOnlyList<StructureElement> Elements { get; }

    /// <summary>What the definition says itself; empty for the embedded core definitions, which carry snapshots only.</summary>
    public IReadOnlyList<StructureElement> Differential { get; }

    /// <summary>The element of an id such as <c>Patient.contact:emergency.name</c>; null when there is none.</summary>
    public StructureElement? Element(string id) => _byId.Value.GetValueOrDefault(id);

    /// <summary>Reads a StructureDefinition resource. Keeps parts of <paramref name="json"/>: its document must live as long.</summary>
    public static Structure Parse(JsonElement json) => new(json);

    private static IEnumerable<StructureElement> Read(JsonElement json, string part) =>
        json.Member(part) is { } section ? section.Items("element").Select(StructureElement.Parse) : [];
}

/// <summary>Where an extension may be used (StructureDefinition.context): type is fhirpath, element or extension.</summary>
public sealed record ExtensionContext(string Type, string Expression);
