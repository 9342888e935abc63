using System.Text.Json;
using FhirGateway.FhirPath.Types;
using FhirGateway.Json;

namespace FhirGateway.Validation.Questionnaires;

/// <summary>Reads the extensions of a questionnaire's item.</summary>
internal static class ItemExtensions
{
    private const string Core = "http://hl7.org/fhir/StructureDefinition/";

    /// <summary>The value of an extension; null when the item has none.</summary>
    public static JsonElement? Extension(this JsonElement item, string name) =>
        item.ExtensionsOf(name).FirstOrDefault() is { ValueKind: not JsonValueKind.Undefined } value ? value : null;

    /// <summary>The values of all extensions of a name; a name that is a url is taken as it is.</summary>
    public static IEnumerable<JsonElement> ExtensionsOf(this JsonElement item, string name)
    {
        var url = name.Contains(':', StringComparison.Ordinal) ? name : Core + name;
        return item.Items("extension")
            .Where(extension => extension.Text("url") == url)
            .Select(extension => TypedValue.Of(extension, "value")?.Json)
            .OfType<JsonElement>();
    }

    /// <summary>A whole number that an extension gives; null when there is none.</summary>
    public static int? Number(this JsonElement item, string name) =>
        item.Extension(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;
}
