using System.Reflection;

namespace FhirGateway.Mapping.Targets;

/// <summary>One property on the way to an element.</summary>
/// <param name="Property">The SDK's property.</param>
/// <param name="Type">The type of what lies there: that of a list's items, and of a choice as the lambda casts it.</param>
/// <param name="IsFirstItem">The lambda goes through the list's first item, <c>[0]</c>.</param>
internal sealed record TargetStep(PropertyInfo Property, Type Type, bool IsFirstItem)
{
    public bool IsList { get; } = ItemOf(Property.PropertyType) is not null;

    /// <summary>The type of a list's items; null for what is not a list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) ? type.GetGenericArguments()[0] : null;
}
