namespace FhirGateway.Generator.Model;

/// <summary>Writes enums whose values carry their FHIR code and code system.</summary>
public static class EnumWriter
{
    public static void Write(CodeText code, ModelEnum @enum)
    {
        code.Summary(@enum.Summary);
        code.Line($"/// <remarks>{@enum.Url}</remarks>");
        using var _ = code.Braces($"public enum {@enum.Name}");
        foreach (var value in @enum.Values)
        {
            if (value.Display is not null) code.Summary(value.Display);
            code.Line($"[EnumLiteral(\"{value.Code}\", \"{value.System}\")]");
            code.Line($"{value.Name},");
        }
    }
}
