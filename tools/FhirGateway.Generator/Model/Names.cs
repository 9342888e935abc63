using System.Text;

namespace FhirGateway.Generator.Model;

/// <summary>FHIR's names turned into those that the Firely SDK gives them in C#.</summary>
public static class Names
{
    private static readonly Dictionary<string, string> Symbols = new(StringComparer.Ordinal)
    {
        ["<"] = "LessThan",
        ["<="] = "LessOrEqual",
        [">="] = "GreaterOrEqual",
        [">"] = "GreaterThan",
        ["="] = "Equal",
        ["!="] = "NotEqual",
    };

    /// <summary>FHIR's primitives: the class and the C# type of its Value.</summary>
    public static readonly IReadOnlyDictionary<string, TypeReference> Primitives = new Dictionary<string, TypeReference>(StringComparer.Ordinal)
    {
        ["base64Binary"] = new("Base64Binary", "Base64Binary", "byte[]"),
        ["boolean"] = new("FhirBoolean", "Boolean", "bool"),
        ["canonical"] = new("Canonical", "Canonical", "string"),
        ["code"] = new("Code", "Code", "string"),
        ["date"] = new("Date", "Date", "string"),
        ["dateTime"] = new("FhirDateTime", "DateTime", "string"),
        ["decimal"] = new("FhirDecimal", "Decimal", "decimal"),
        ["id"] = new("Id", "Id", "string"),
        ["instant"] = new("Instant", "Instant", "DateTimeOffset"),
        ["integer"] = new("Integer", "Integer", "int"),
        ["markdown"] = new("Markdown", "Markdown", "string"),
        ["oid"] = new("Oid", "Oid", "string"),
        ["positiveInt"] = new("PositiveInt", "PositiveInt", "int"),
        ["string"] = new("FhirString", "String", "string"),
        ["time"] = new("Time", "Time", "string"),
        ["unsignedInt"] = new("UnsignedInt", "UnsignedInt", "int"),
        ["uri"] = new("FhirUri", "Uri", "string"),
        ["url"] = new("FhirUrl", "Url", "string"),
        ["uuid"] = new("Uuid", "Uuid", "string"),
        ["xhtml"] = new("XHtml", "Xhtml", "string"),
    };

    /// <summary>The class of a complex type or resource: its own name, except Reference, which the SDK calls ResourceReference.</summary>
    public static string Class(string fhirType) => fhirType == "Reference" ? "ResourceReference" : fhirType;

    public static string Capitalised(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>A value set's name as a C# identifier: "Medication Status Codes" becomes MedicationStatusCodes.</summary>
    public static string Enum(string valueSetName) => Joined(valueSetName);

    /// <summary>A code as the name of an enum's value: entered-in-error becomes EnteredInError, GET stays, 4.0.1 becomes N4_0_1.</summary>
    public static string EnumValue(string code, string? display)
    {
        if (Symbols.TryGetValue(code, out var symbol)) return symbol;
        if (char.IsAsciiDigit(code[0])) return "N" + Replaced(code);
        var name = Joined(code);
        return name.Length > 0 ? name : Joined(display ?? throw new InvalidDataException($"The code {code} has no letters and no display."));
    }

    private static string Joined(string text)
    {
        var name = new StringBuilder();
        var starts = true;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                starts = true;
                continue;
            }

            name.Append(starts ? char.ToUpperInvariant(c) : c);
            starts = false;
        }

        return name.ToString();
    }

    private static string Replaced(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
