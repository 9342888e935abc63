using System.Globalization;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tree;

/// <summary>The System value an item stands for: a primitive's value, and of a FHIR Quantity the FHIRPath one.</summary>
internal static class SystemValues
{
    private const string Ucum = "http://unitsofmeasure.org";

    /// <summary>Null for an item without such a value.</summary>
    public static object? Of(FhirNode node)
    {
        if (node.Value is { } value) return value;
        return IsQuantity(node) ? OfQuantity((ElementNode)node) : null;
    }

    /// <summary>What <c>toString()</c> gives; null for what has no text.</summary>
    public static string? Text(object? value) => value switch
    {
        string text => text,
        bool boolean => boolean ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        decimal number => number.ToString(CultureInfo.InvariantCulture),
        null => null,
        _ => value.ToString(),
    };

    /// <summary>Whether it is a FHIR Quantity, whose value is in its children.</summary>
    public static bool IsQuantity(FhirNode node) =>
        node is ElementNode { Model.Name: "Quantity" or "Age" or "Duration" or "Distance" or "Count" or "SimpleQuantity" };

    // A comparator makes it a range: that is not an amount that could be compared.
    private static Quantity? OfQuantity(ElementNode element)
    {
        if (Child(element, "comparator") is not null || Child(element, "value") is not { } number || !Numbers.Is(number)) return null;
        var system = Child(element, "system") as string;
        var unit = Child(element, "code") is not string code ? Child(element, "unit") as string ?? "1"
            : system is null or Ucum ? code
            : $"{system}|{code}";
        return Quantity.OfNumber(number, unit);
    }

    private static object? Child(ElementNode element, string name)
    {
        var children = new CollectionBuilder();
        element.AddChildren(name, ref children);
        return children.ToCollection() is { Count: 1 } found ? found[0].Value : null;
    }
}
