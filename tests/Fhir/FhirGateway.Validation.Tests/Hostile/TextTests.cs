using System.Text;
using System.Text.Json;
using FhirGateway.Validation.Tests.Oracle;
using Hl7.Fhir.Serialization;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>Whatever the text is, the answer is an issue: never an exception, never a hang.</summary>
[Collection(WeighedAlone.Name)]
public sealed class TextTests
{
    private const int FiveMegabytes = 5_000_000;
    private static readonly FhirValidator Plain = new();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("1e400")]
    [InlineData("\"a\"")]
    [InlineData("{\"resourceType\":1}")]
    [InlineData("{\"resourceType\":\"Nobody\"}")]
    [InlineData("{\"resourceType\":\"Patient\",\"resourceType\":\"Patient\"}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"a\",\"\\u0069d\":\"b\"}")]
    [InlineData("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a\",\"family\":\"b\"}]}")]
    [InlineData("{\"resourceType\":\"Patient\"} x")]
    [InlineData("{\"resourceType\":\"Patient\",}")]
    [InlineData("{\"resourceType\":\"Patient\"/* */}")]
    [InlineData("{\"resourceType\":\"Patient\",\"birthDate\":NaN}")]
    public void What_is_not_a_resource_is_fatal(string json) => AssertFatal(Encoding.UTF8.GetBytes(json), "structure");

    [Theory]
    [InlineData("\"family\":\"\\ud800\"")]
    [InlineData("\"family\":\"\\udc00\"")]
    [InlineData("\"family\":\"a\\ud83d\\ud83d\\ude00\"")]
    [InlineData("\"family\":\"\\ud83da\"")]
    [InlineData("\"family\":\"\\ud83d\\n\\ude00\"")]
    [InlineData("\"\\ud800\":\"a\"")]
    [InlineData("\"unknown\":[[\"\\ud800\"]]")]
    public void Half_a_character_is_fatal_wherever_it_stands(string member) =>
        AssertFatal(Encoding.UTF8.GetBytes($"{{{Patient},\"name\":[{{{member}}}]}}"), "structure");

    [Theory]
    [InlineData("\\ud83d\\ude00")]
    [InlineData("\\\\ud800")]
    [InlineData("\\u0041\\\\\\ud83d\\ude00\\\"")]
    [InlineData("\U0001F600")]
    public void Whole_characters_are_text_however_they_are_written(string text) =>
        Assert.Empty(Plain.Validate($"{{{Patient},\"name\":[{{\"family\":\"{text}\"}}]}}").Issues);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF8, 0x88, 0x80, 0x80 })]
    public void Invalid_UTF8_is_fatal_wherever_it_stands(byte[] invalid)
    {
        // In a value, in a name, and in a narrative, which nobody reads by itself.
        foreach (var json in (string[])[
            """{"resourceType":"Patient","name":[{"family":"@"}]}""", """{"resourceType":"Patient","@":1}""",
            """{"resourceType":"Patient","text":{"div":"@"}}"""])
        {
            var parts = json.Split('@');
            AssertFatal([.. Encoding.UTF8.GetBytes(parts[0]), .. invalid, .. Encoding.UTF8.GetBytes(parts[1])], "structure");
        }
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_text() =>
        Assert.Empty(Plain.Validate((byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("{" + Patient + "}")]).Issues);

    [Fact]
    public void A_text_past_the_limit_is_fatal() => AssertFatal(new byte[(64 * 1024 * 1024) + 1], "too-long");

    [Fact]
    public void Nesting_past_the_limit_is_fatal()
    {
        var deep = """{"resourceType":"Patient","extension":""" + string.Concat(Enumerable.Repeat("""[{"url":"u","extension":""", 50_000));
        AssertFatal(Encoding.UTF8.GetBytes(deep), "structure");
        AssertFatal(Encoding.UTF8.GetBytes(new string('[', 1_000_000)), "structure");
    }

    [Fact]
    public void The_limits_hold_for_what_is_parsed_already_too()
    {
        using var deep = JsonDocument.Parse(
            $"{{{Patient},\"extension\":[{Nested(5_000, "{\"url\":\"u\",\"extension\":[", "", "]}")}]}}",
            new JsonDocumentOptions { MaxDepth = 20_000 });
        Assert.Equal("too-costly", Assert.Single(Plain.Validate(deep.RootElement).Issues).Code);
        using var half = JsonDocument.Parse("""{"resourceType":"Patient","name":[{"family":"\ud800"}]}""");
        Assert.Equal(IssueSeverity.Fatal, Assert.Single(Plain.Validate(half.RootElement).Issues).Severity);
        using var commented = JsonDocument.Parse(
            """{"resourceType":"Patient",/* who */"active":true,}""",
            new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Assert.Empty(Plain.Validate(commented.RootElement).Issues);
        Assert.Equal(IssueSeverity.Fatal, Assert.Single(Plain.Validate(default(JsonElement)).Issues).Severity);
        var narrow = Validator(new ValidationOptions { MaxBytes = 20 });
        Assert.Equal("too-long", Assert.Single(narrow.Validate(commented.RootElement).Issues).Code);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient",ITEMS}""")]
    [InlineData("""{"resourceType":"Patient","name":[{ITEMS}]}""")]
    [InlineData("""{"resourceType":"Patient","extension":[{"url":"http://a.example","valueString":"v",ITEMS}]}""")]
    public void An_object_with_more_members_than_FHIR_has_is_fatal(string resource) =>
        AssertFatal(
            Encoding.UTF8.GetBytes(resource.Replace("ITEMS", Many(300, i => $"\"x{i}\":1"), StringComparison.Ordinal)), "structure");

    [Theory]
    [InlineData("""{"resourceType":"Patient","name":[ITEMS]}""", "null", "Patient:json(structure)")]
    [InlineData("""{"resourceType":"Patient","name":[{"given":[ITEMS]}]}""", "null", "Patient.name[0]:json(structure)")]
    [InlineData("""{"resourceType":"Patient","name":[ITEMS]}""", "{}", "Patient.name[0]:ele-1(structure)")]
    [InlineData("""{"resourceType":"Patient","name":[ITEMS]}""", "[]", "Patient:json(structure)")]
    [InlineData("""{"resourceType":"Patient","name":[ITEMS]}""", """{"family":""}""", "Patient.name[0].family:format(value)")]
    [InlineData("""{"resourceType":"Patient","active":[ITEMS]}""", "true", "Patient:json(structure)")]
    public void Errors_by_the_hundred_thousand_are_listed_up_to_a_limit(string resource, string item, string first)
    {
        var result = Plain.Validate(resource.Replace("ITEMS", Many(100_000, _ => item), StringComparison.Ordinal));
        Assert.Equal(first, result.Errors().First());
        Assert.InRange(result.Issues.Count, 1, 1001);
        if (result.Issues.Count > 1000)
        {
            Assert.Equal(
                ("too-costly", "limits", IssueSeverity.Error),
                (result.Issues[^1].Code, result.Issues[^1].Rule, result.Issues[^1].Severity));
        }
    }

    [Fact]
    public void More_elements_than_the_limit_are_fatal()
    {
        var narrow = Validator(new ValidationOptions { MaxElements = 1_000 });
        Assert.Equal(
            "too-costly", Assert.Single(narrow.Validate($"{{{Patient},\"name\":[{Many(600, _ => "{\"family\":\"a\"}")}]}}").Issues).Code);
        Assert.Empty(narrow.Validate($"{{{Patient},\"name\":[{Many(400, _ => "{\"family\":\"a\"}")}]}}").Issues);
        // What 64 MB of nothing would be.
        AssertFatal(Encoding.UTF8.GetBytes("[" + string.Concat(Enumerable.Repeat("{},", 5_000_001))), "too-costly");
    }

    [Theory]
    [InlineData(""" "name":[{"family":"TEXT"}] """, "Patient.name[0].family:format(value)")]
    [InlineData(""" "gender":"TEXT" """, "Patient.gender:format(value)")]
    [InlineData(""" "implicitRules":"TEXT" """, "Patient.implicitRules:format(value)")]
    [InlineData(""" "id":"TEXT" """, "Patient.id:format(value)")]
    [InlineData(""" "birthDate":"TEXT" """, "Patient.birthDate:format(value)")]
    [InlineData(""" "deceasedDateTime":"2020-01-01T00:00:00.TEXTZ" """, "Patient.deceased:format(value)")]
    [InlineData(""" "language":"TEXT" """, "Patient.language:format(value)")]
    [InlineData(""" "meta":{"profile":["http://TEXT"]} """, "Patient.meta.profile[0]:format(value)")]
    [InlineData(""" "managingOrganization":{"reference":"Organization/TEXT"} """, "Patient.managingOrganization.reference:format(value)")]
    [InlineData(""" "extension":[{"url":"http://TEXT","valueString":"a"}] """, "Patient.extension[0].url:format(value)")]
    [InlineData(
        """ "maritalStatus":{"coding":[{"system":"http://TEXT","code":"M"}]} """, "Patient.maritalStatus.coding[0].system:format(value)")]
    [InlineData(
        """ "maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"TEXT"}]} """,
        "Patient.maritalStatus.coding[0].code:format(value)")]
    [InlineData(
        """ "maritalStatus":{"coding":"""
            + """[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M","display":"TEXT"}]} """,
        "Patient.maritalStatus.coding[0].display:format(value)")]
    [InlineData(""" "TEXT":1 """, "Patient:unknown-element(structure)")]
    [InlineData(""" "photo":[{"contentType":"a/b","size":1,"data":"TEXT"}] """, "Patient.photo[0]:attachment-size(value)")]
    [InlineData(""" "photo":[{"contentType":"a/b","data":"TEXT!"}] """, "Patient.photo[0].data:format(value)")]
    public void A_text_of_any_length_is_an_error_of_few_words_at_its_place(string member, string expected)
    {
        foreach (var length in (int[])[2_000_000, 8_000_000])
        {
            var result = Plain.Validate($"{{{Patient},{member.Replace("TEXT", new string('1', length), StringComparison.Ordinal)}}}");
            Assert.Contains(expected, result.Errors());
            Assert.All(result.Issues, issue => Assert.InRange(issue.Text.Length, 1, 1001));
            Assert.InRange(
                result.ToOperationOutcome().Issue.Sum(issue => issue.Details!.Text!.Length + issue.Diagnostics!.Length), 1, 10_000);
        }
    }

    [Fact]
    public void Long_content_is_valid_where_FHIR_lets_it_be_long()
    {
        Assert.Empty(
            Plain.Validate($"{{\"resourceType\":\"Binary\",\"contentType\":\"a/b\",\"data\":\"{new string('A', 8_000_000)}\"}}").Errors());
        Assert.Empty(Plain.Validate($"{{{Patient},\"text\":{Narrative(new string('a', FiveMegabytes))}}}").Errors());
    }

    [Fact]
    public void A_display_of_a_million_blanks_is_compared_without_being_taken_apart()
    {
        string Of(int blanks) =>
            $"{{{Patient},\"maritalStatus\":{{\"coding\":[{{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"code"
                + $"\":\"M\",\"display\":\"Married{new string(' ', blanks)}\"}}]}}}}";
        Assert.Empty(Plain.Validate(Of(1_000_000)).Issues);
        Assert.InRange(Allocated(Plain, Of(1_000_000)), 1, 10_000_000);
    }

    [Fact]
    public void An_issue_that_quotes_half_a_character_is_written_out()
    {
        var result = Plain.Validate(
            $"{{{Patient},\"gender\":\"{new string('a', 99)}{string.Concat(Enumerable.Repeat("\U0001F600", 2_000))}\"}}");
        using var outcome = JsonDocument.Parse(result.ToOperationOutcome().ToJson());
        var text = outcome.RootElement.GetProperty("issue")[0].GetProperty("details").GetProperty("text").GetString();
        Assert.DoesNotContain("\uFFFD", text, StringComparison.Ordinal);
    }

    internal static string Narrative(string content) =>
        $$"""{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{{content}}</div>"}""";

    private static void AssertFatal(byte[] json, string code)
    {
        var issue = Assert.Single(Plain.Validate(json).Issues);
        Assert.Equal((IssueSeverity.Fatal, code), (issue.Severity, issue.Code));
        Assert.InRange(issue.Text.Length, 1, 1001);
    }
}
