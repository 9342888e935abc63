using System.Globalization;
using System.Text.Json;
using FhirGateway.Json;

namespace FhirGateway.FhirPath.Types;

/// <summary>An ElementDefinition, read for use. What the definition leaves out is null, so that a differential stays one.</summary>
public sealed class StructureElement
{
    /// <summary>Unique in its structure; equal to <see cref="Path"/> where there is no slice.</summary>
    public required string Id { get; init; }

    public required string Path { get; init; }

    public string? SliceName { get; init; }

    public ElementSlicing? Slicing { get; init; }

    public int? Min { get; init; }

    /// <summary>Null when not stated; <see cref="int.MaxValue"/> for <c>*</c>.</summary>
    public int? Max { get; init; }

    public IReadOnlyList<ElementType> Types { get; init; } = [];

    /// <summary>The element whose content this one repeats, such as <c>#Composition.section</c>.</summary>
    public string? ContentReference { get; init; }

    public TypedValue? Fixed { get; init; }

    public TypedValue? Pattern { get; init; }

    public TypedValue? MinValue { get; init; }

    public TypedValue? MaxValue { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>What the order of repetitions means; null when it means nothing.</summary>
    public string? OrderMeaning { get; init; }

    public ElementBinding? Binding { get; init; }

    /// <summary>
    /// Invariants; those an element has from its type (ele-1, ext-1) are given with the type and are not repeated in core definitions.
    /// </summary>
    public IReadOnlyList<ElementConstraint> Constraints { get; init; } = [];

    public bool IsModifier { get; init; }

    public bool IsSummary { get; init; }

    public bool MustSupport { get; init; }

    /// <summary>How XML represents it (xmlAttr, xhtml, …); empty means as an element.</summary>
    public IReadOnlyList<string> Representation { get; init; } = [];

    /// <summary>Whether the element is a choice of types, such as <c>value[x]</c>.</summary>
    public bool IsChoice => Path.EndsWith("[x]", StringComparison.Ordinal);

    /// <summary>Last part of the path, without <c>[x]</c>.</summary>
    public string Name
    {
        get
        {
            var name = Path[(Path.LastIndexOf('.') + 1)..];
            return IsChoice ? name[..^3] : name;
        }
    }

    public static StructureElement Parse(JsonElement json)
    {
        var path = json.Text("path") ?? "";
        return new StructureElement
        {
            Id = json.Text("id") ?? path,
            Path = path,
            SliceName = json.Text("sliceName"),
            Slicing = json.Member("slicing") is { } slicing ? ElementSlicing.Parse(slicing) : null,
            Min = json.Integer("min"),
            Max = json.Text("max") switch
            {
                null => null,
                "*" => int.MaxValue,
                var max => int.TryParse(max, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
            },
            Types = [.. json.Items("type").Select(ElementType.Parse)],
            ContentReference = json.Text("contentReference"),
            Fixed = TypedValue.Of(json, "fixed"),
            Pattern = TypedValue.Of(json, "pattern"),
            MinValue = TypedValue.Of(json, "minValue"),
            MaxValue = TypedValue.Of(json, "maxValue"),
            MaxLength = json.Integer("maxLength"),
            OrderMeaning = json.Text("orderMeaning"),
            Binding = json.Member("binding") is { } binding ? ElementBinding.Parse(binding) : null,
            Constraints = [.. json.Items("constraint").Select(ElementConstraint.Parse)],
            IsModifier = json.Flag("isModifier"),
            IsSummary = json.Flag("isSummary"),
            MustSupport = json.Flag("mustSupport"),
            Representation = json.Texts("representation"),
        };
    }
}
