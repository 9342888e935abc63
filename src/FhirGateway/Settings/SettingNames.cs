using System.Collections;
using System.ComponentModel;
using System.Reflection;

namespace FhirGateway.Settings;

/// <summary>
/// Holds what is configured against the option classes: a key that no class has would be passed over in silence, and a value of the wrong
/// kind would end the program with a stack trace. Never repeats a value, which may be a secret in the wrong place.
/// </summary>
public static class SettingNames
{
    /// <summary>What is wrong below <see cref="GatewaySettings.Section"/>, each a sentence; empty when nothing is.</summary>
    public static IReadOnlyList<string> Wrong(IConfiguration configuration) =>
    [
        .. configuration.GetChildren().Where(IsNearlyOurs)
            .Select(section => $"{section.Path} is not a setting: did you mean {GatewaySettings.Section}?"),
        .. Below(configuration.GetSection(GatewaySettings.Section), typeof(GatewaySettings)),
    ];

    private static bool IsNearlyOurs(IConfigurationSection section) =>
        section.GetChildren().Any() && NearestName.IsNear(section.Key, GatewaySettings.Section)
        && !section.Key.Equals(GatewaySettings.Section, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Below(IConfigurationSection section, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsValue(type)) return OfValue(section, type);
        if (section is { Value.Length: > 0 }) return [$"{section.Path} is a group of settings, not a value."];
        if (ItemsOf(type) is { } items) return section.GetChildren().SelectMany(child => Below(child, items));
        return section.GetChildren().SelectMany(child => OfClass(child, type));
    }

    private static IEnumerable<string> OfClass(IConfigurationSection child, Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var property = properties.FirstOrDefault(each => string.Equals(each.Name, child.Key, StringComparison.OrdinalIgnoreCase));
        return property is not null
            ? Below(child, property.PropertyType)
            : [$"{child.Path} is not a setting: {NearestName.Advice(child.Key, properties.Select(each => each.Name))}"];
    }

    private static IEnumerable<string> OfValue(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().FirstOrDefault() is { } inside) return [$"{section.Path} is one value and can't hold {inside.Path}."];
        if (section.Value is not { Length: > 0 } value || type == typeof(string)) return [];
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value);
            return [];
        }
        catch (Exception unreadable)
            when (unreadable is FormatException or ArgumentException or NotSupportedException
                || unreadable.InnerException is FormatException)
        {
            return [$"{section.Path} is not {Expected(type)}."];
        }
    }

    private static string Expected(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a length of time such as 00:00:30"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(int) || type == typeof(long) ? "a whole number, or too large for one"
        : $"a {type.Name}";

    private static bool IsValue(Type type) => type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(TimeSpan);

    // The type of the items of a list, or of the values of a dictionary.
    private static Type? ItemsOf(Type type) =>
        type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) ? type.GetGenericArguments()[^1] : null;
}
