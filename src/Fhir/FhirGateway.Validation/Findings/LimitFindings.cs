using System.Text.Json;

namespace FhirGateway.Validation.Findings;

/// <summary>Why a text can't be validated, or not to its end.</summary>
internal static class LimitFindings
{
    private const string Json = "json";
    private const string Limits = "limits";

    public static Finding Ended(string why) => Finding.Error(Limits, "too-costly", why);

    public static Finding NotListed(int count, IssueSeverity worst) =>
        new(Limits, "too-costly", worst, $"{count} further issues are not listed: fix these first.");

    public static Finding TooManyBytes(int most) =>
        Fatal("too-long", $"The resource is longer than the {most} bytes that are accepted: send less at once.");

    public static Finding TooManyElements(int most) =>
        Fatal("too-costly", $"The resource has more than {most} elements: send less at once.");

    public static Finding TooManyMembers(int most) =>
        Fatal("structure", $"The object here has more than {most} members, which nothing in FHIR has.");

    public static Finding TooDeep(int depth, int most) =>
        Fatal(
            "too-costly",
            $"The JSON is nested {depth} levels deep, but at most {most} are accepted: nest less, or raise ValidationOptions.MaxDepth.");

    public static Finding NotUtf8() => Fatal("structure", "The text is not valid Unicode: it must be UTF-8.");

    public static Finding HalfACharacter() => Fatal("structure", "The text here is not valid Unicode: it holds half of a character.");

    public static Finding NotJson(JsonException error) => Fatal("structure", $"The text is not valid JSON: {error.Message}");

    public static Finding NoResource(string instead) => Fatal("structure", $"A resource is a JSON object, not {instead}.");

    public static Finding NoResourceType() => Fatal("structure", "The JSON has no resourceType, so it is not a FHIR resource.");

    public static Finding UnknownResourceType(string type) => Fatal("structure", $"'{Words.Shown(type)}' is not an R4 resource type.");

    private static Finding Fatal(string code, string text) => new(Json, code, IssueSeverity.Fatal, text);
}
