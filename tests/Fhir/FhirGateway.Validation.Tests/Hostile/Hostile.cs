using System.Text;
using System.Text.Json;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Makes hostile input, and weighs what validating it takes: counted, because time depends on the machine.</summary>
internal static class Hostile
{
    public const string Core = "http://hl7.org/fhir/StructureDefinition/";
    public const string Patient = "\"resourceType\":\"Patient\"";
    public const string Observation = "\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"c\"}";

    /// <summary>So many JSON values, parted by commas.</summary>
    public static string Many(int count, Func<int, string> item)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) text.Append(i == 0 ? "" : ",").Append(item(i));
        return text.ToString();
    }

    public static string Nested(int depth, string open, string inner, string close) =>
        new StringBuilder().Insert(0, open, depth).Append(inner).Append(new StringBuilder().Insert(0, close, depth)).ToString();

    public static string Uuid(int number) => $"urn:uuid:{number:x8}-0000-4000-8000-000000000000";

    public static string Bundle(string type, int count, Func<int, string> entry) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{{Many(count, entry)}}]}""";

    /// <summary>An entry of a collection.</summary>
    /// <param name="members">Of the resource, its resourceType first.</param>
    public static string Entry(int number, string members) => $$$"""{"fullUrl":"{{{Uuid(number)}}}","resource":{{{{members}}}}}""";

    /// <summary>A StructureDefinition with a differential.</summary>
    public static string Profile(string type, string elements, string url = "urn:test:profile", string? derivesFrom = null) =>
        $$$"""
        {"resourceType":"StructureDefinition","url":"{{{url}}}","name":"P","status":"draft","kind":"resource","abstract":false,
        "type":"{{{type}}}","baseDefinition":"{{{derivesFrom ?? Core + type}}}","derivation":"constraint",
        "differential":{"element":[{{{elements}}}]}}
        """;

    public static string SearchParameter(string expression) =>
        $$"""
        {"resourceType":"SearchParameter","url":"http://a.example/sp","name":"Sp","status":"active","description":"d","code":"c",
        "base":["Patient"],"type":"token","expression":"{{expression}}"}
        """;

    public static FhirValidator Validator(params string[] definitions) => Validator(new ValidationOptions(), definitions);

    public static FhirValidator Validator(ValidationOptions options, params string[] definitions)
    {
        var set = new DefinitionSet();
        foreach (var definition in definitions)
        {
            using var json = JsonDocument.Parse(definition);
            set.Add(json.RootElement);
        }

        return new FhirValidator(set, options);
    }

    public static ValidationResult Validate(this FhirValidator validator, string json, params string[] profiles) =>
        validator.Validate(Encoding.UTF8.GetBytes(json), profiles);

    /// <summary>The errors as <c>location:rule(code)</c>.</summary>
    public static IEnumerable<string> Errors(this ValidationResult result) =>
        result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(issue => $"{issue.Location}:{issue.Rule}({issue.Code})");

    /// <summary>That so many times as much input takes hardly more than so many times the work.</summary>
    public static void AssertGrowth(FhirValidator validator, string input, string more, int times, params string[] profiles)
    {
        var (once, then) = (Allocated(validator, input, profiles), Allocated(validator, more, profiles));
        Assert.True(then < 1.25 * times * once, $"{once} bytes were allocated, and {then} for {times} times as much");
    }

    /// <summary>Bytes allocated by a validation, in the second run: what is compiled once is there by then.</summary>
    public static long Allocated(FhirValidator validator, string json, params string[] profiles)
    {
        validator.Validate(json, profiles);
        var bytes = Encoding.UTF8.GetBytes(json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        validator.Validate(bytes, profiles);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
