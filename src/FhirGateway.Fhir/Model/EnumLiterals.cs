using System.Collections.Frozen;
using System.Reflection;

namespace FhirGateway.Fhir.Model;

/// <summary>Codes of the generated enums: the value as FHIR writes it, and back. Each enum's attributes are read once.</summary>
public static class EnumLiterals
{
    /// <summary>The FHIR code, such as entered-in-error.</summary>
    public static string GetLiteral<T>(this T value)
        where T : struct, Enum => Table<T>.Literals[value].Literal;

    /// <summary>The code system that the code is from.</summary>
    public static string GetSystem<T>(this T value)
        where T : struct, Enum => Table<T>.Literals[value].System;

    /// <summary>The value with this code; null when the value set has no such code (codes are case-sensitive).</summary>
    public static T? Parse<T>(string? literal)
        where T : struct, Enum => literal is not null && Table<T>.Values.TryGetValue(literal, out var value) ? value : null;

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, EnumLiteralAttribute> Literals = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToFrozenDictionary(field => (T)field.GetValue(null)!, field => field.GetCustomAttribute<EnumLiteralAttribute>()!);

        public static readonly FrozenDictionary<string, T> Values =
            Literals.ToFrozenDictionary(pair => pair.Value.Literal, pair => pair.Key, StringComparer.Ordinal);
    }
}
