using System.Text.Json;

namespace FhirGateway.Validation.Findings;

/// <summary>Where JSON and FHIR's JSON format disagree (http://hl7.org/fhir/R4/json.html).</summary>
internal static class JsonFindings
{
    private const string Json = "json";
    private const string Structure = "structure";

    public static Finding UnknownElement(string name) =>
        Finding.Error("unknown-element", Structure, $"'{name}' is not an element of this type: remove it or correct its name.");

    public static Finding Null(string name) => Error($"'{name}' is null: leave it out.");

    public static Finding NullItem(string name, int index) => Error($"{name}[{index}] is null and has no extension: remove it.");

    public static Finding MustNotBeArray(string name) => Error($"{name} must not be an array: it does not repeat.");

    public static Finding MustBeArray(string name) => Error($"{name} must be an array: it may repeat.");

    public static Finding EmptyArray(string name) => Error($"{name} is an empty array: leave it out.");

    public static Finding MoreExtrasThanItems(string name) => Error($"_{name} has more items than {name}: fill {name} up with null.");

    public static Finding ExtrasMustBeObject(string name) => Error($"_{name} must be an object with id or extension.");

    public static Finding MustBeValue(string name, string type, JsonValueKind kind) =>
        Error($"{name} must be a single {type} value, not {Words.For(kind)}.");

    public static Finding MustBeObject(string name, JsonValueKind kind) => Error($"{name} must be an object, not {Words.For(kind)}.");

    public static Finding EmptyObject() => Empty("An object must not be empty: leave the element out.");

    public static Finding NoValue() => Empty("The element has neither a value nor an extension: leave it out.");

    public static Finding NoResourceType() => Finding.Error("resource-type", Structure, "The resource has no resourceType.");

    public static Finding UnknownResourceType(string type) =>
        Finding.Error("resource-type", Structure, $"'{type}' is not an R4 resource type.");

    private static Finding Error(string text) => Finding.Error(Json, Structure, text);

    private static Finding Empty(string text) => Finding.Error("ele-1", Structure, text);
}
