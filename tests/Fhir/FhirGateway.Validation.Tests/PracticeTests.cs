using System.Text;
using FhirGateway.Testing;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests;

/// <summary>Verdicts that people who do this job reported as wrong, and what is right by the specification.</summary>
public sealed class PracticeTests
{
    private const string Cases = "cases/public";
    private const string Html = "http://www.w3.org/1999/xhtml";

    private static readonly FhirValidator Validator = new();

    [SharedTheory(Cases)]
    [InlineData("narrative-u", "Patient.text.div:txt-1")]
    [InlineData("narrative-strike", "Patient.text.div:txt-1")]
    [InlineData("narrative-font", "Patient.text.div:txt-1")]
    [InlineData("narrative-ins", "Patient.text.div:txt-1")]
    [InlineData("narrative-tt")]
    [InlineData("contained-image-in-narrative")]
    [InlineData("contained-unreferenced", "Composition:dom-3")]
    [InlineData("string-of-blanks")]
    [InlineData("markdown-of-blanks")]
    [InlineData("nested-answers")]
    public void A_public_case_has_its_right_verdict(string name, params string[] errors) =>
        Assert.Equal(errors, Errors(File.ReadAllText(Path.Combine(Repository.SharedPath(Cases)!, name + ".json"))));

    [Theory]
    [InlineData("<p>a</p>")]
    [InlineData("<tt>a</tt><pre>b</pre><q cite=\\\"x\\\">c</q><samp>d</samp><var>e</var><acronym title=\\\"x\\\">f</acronym>")]
    [InlineData("<table cellpadding=\\\"1\\\"><colgroup span=\\\"2\\\"><col width=\\\"1\\\"/></colgroup><tbody><tr><td "
        + "abbr=\\\"a\\\">a</td></tr></tbody></table>")]
    [InlineData("<p xml:lang=\\\"de\\\" lang=\\\"de\\\">a</p>")]
    [InlineData("<img src=\\\"data:image/png;base64,AA==\\\"/>")]
    [InlineData("\\u00A0")]
    [InlineData("&#160;")]
    public void What_the_rules_of_narratives_allow_is_not_an_error(string content) => Assert.Empty(Errors(WithNarrative(content)));

    [Theory]
    [InlineData("<s>a</s>", "txt-1")]
    [InlineData("<del>a</del>", "txt-1")]
    [InlineData("<center>a</center>", "txt-1")]
    [InlineData("<kbd>a</kbd>", "txt-1")]
    [InlineData("<address>a</address>", "txt-1")]
    [InlineData("<bdo dir=\\\"rtl\\\">a</bdo>", "txt-1")]
    [InlineData("a<map name=\\\"m\\\"/>", "txt-1")]
    [InlineData("<p color=\\\"red\\\">a</p>", "txt-1")]
    [InlineData("<p size=\\\"1\\\">a</p>", "txt-1")]
    [InlineData("<p face=\\\"x\\\">a</p>", "txt-1")]
    [InlineData("<br clear=\\\"all\\\"/>a", "txt-1")]
    [InlineData("<hr noshade=\\\"noshade\\\"/>a", "txt-1")]
    [InlineData("<img src=\\\"x.png\\\" usemap=\\\"y\\\"/>", "txt-1")]
    [InlineData("<img src=\\\"x.png\\\" ismap=\\\"ismap\\\"/>", "txt-1")]
    [InlineData("<q datetime=\\\"2020\\\">a</q>", "txt-1")]
    [InlineData("<img alt=\\\"x\\\"/>", "txt-2")]
    [InlineData(" <p> </p> ", "txt-2")]
    public void What_they_do_not_allow_is_an_error_of_the_rule_that_says_so(string content, string rule) =>
        Assert.Equal([$"Patient.text.div:{rule}"], Errors(WithNarrative(content)));

    [Theory]
    [InlineData("<img src=\\\"#x\\\" alt=\\\"a\\\"/>")]
    [InlineData("<a href=\\\"#x\\\">a</a>")]
    [InlineData("<a href='#x'>a</a>")]
    public void What_a_narrative_shows_or_links_to_is_referred_to(string content)
    {
        Assert.Empty(Errors(Composition(Narrative(content), "")));
        Assert.Empty(Errors(
            Composition(Narrative("a"), $$""","section":[{"title":"s","section":[{"title":"t","text":{{Narrative(content)}}}]}]""")));
        Assert.Equal(
            ["Composition:dom-3"], Errors(Composition(Narrative(content.Replace("#x", "http://a.example", StringComparison.Ordinal)), "")));
        Assert.Equal(["Composition:dom-3"], Errors(Composition(Narrative("#x"), "")));
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","name":[{"family":" \t\n"}]}""")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"note":[{"text":" "}]}""")]
    public void White_space_alone_is_a_warning_in_string_and_markdown_alike(string json)
    {
        var issue = Assert.Single(Validator.Validate(Encoding.UTF8.GetBytes(json)).Issues);
        Assert.Equal((IssueSeverity.Warning, "format"), (issue.Severity, issue.Rule));
    }

    [Theory]
    [InlineData(""" "data":"YQ==","hash":"hvfkN/qlp/zhXR3cuerq6jd2Z7g=" """)]
    [InlineData(""" "data":"Y Q = =","hash":"hvfkN/qlp/zhXR3cuerq6jd2Z7g=" """)]
    [InlineData(""" "url":"http://a.example","hash":"hvfkN/qlp/zhXR3cuerq6jd2Z7g=" """)]
    [InlineData(""" "url":"http://a.example","hash":"ODZmN2U0Mzc=" """)]
    public void A_hash_that_can_be_that_of_the_attachment_is_not_an_error(string members) => Assert.Empty(Errors(WithAttachment(members)));

    [Theory]
    [InlineData(""" "data":"Yg==","hash":"hvfkN/qlp/zhXR3cuerq6jd2Z7g=" """)]
    [InlineData(""" "data":"YQ==","hash":"ODZmN2U0Mzc=" """)]
    [InlineData(""" "data":"YQ==","hash":"ODZmN2U0MzdmYWE1YTdmY2UxNWQxZGRjYjllYWVhZWEzNzc2NjdiOA==" """)]
    public void A_hash_that_is_not_the_SHA1_of_the_data_is_an_error(string members) =>
        Assert.Equal(["Patient.photo[0]:attachment-hash"], Errors(WithAttachment(members)));

    [Theory]
    [InlineData("""{"path":"Patient.name.family","maxLength":3}""", "\\uD83D\\uDE00ab", true)]
    [InlineData("""{"path":"Patient.name.family","maxLength":3}""", "\\uD83D\\uDE00abc", false)]
    public void Lengths_count_characters_as_code_points(string element, string family, bool isValid) =>
        Assert.Equal(isValid, Errors($$"""{"resourceType":"Patient","name":[{"family":"{{family}}"}]}""", Profile(element)).Count == 0);

    [Theory]
    [InlineData("error", "name.nothing(", IssueSeverity.Error)]
    [InlineData("warning", "name.nothing(", IssueSeverity.Warning)]
    [InlineData("error", "name.given.toInteger() > 0", IssueSeverity.Error)]
    [InlineData("warning", "name.given.toInteger() > 0", IssueSeverity.Warning)]
    [InlineData("error", "name.given or photo", null)]
    [InlineData("error", "name.given.select($this = 'a') or photo", IssueSeverity.Error)]
    [InlineData("error", "gender.memberOf('http://nobody.example/set') or true", null)]
    [InlineData("error", "defineVariable('n', name).where(%n.exists()).exists()", null)]
    [InlineData("error", "coalesce(birthDate, gender).exists()", null)]
    public void A_rule_of_a_profile_that_can_not_be_evaluated_counts_by_its_severity(
        string severity, string expression, IssueSeverity? expected)
    {
        var element = $$"""{"path":"Patient","constraint":"""
            + $$"""[{"key":"t-1","severity":"{{severity}}","human":"h","expression":"{{expression}}"}]}""";
        var json = """{"resourceType":"Patient","gender":"female","name":[{"given":["a","b"]}]}""";

        var issues = Validate(json, Profile(element)).Issues;

        Assert.Equal(expected, issues.FirstOrDefault(issue => issue.Rule == "t-1")?.Severity);
    }

    [Theory]
    [InlineData("fhirpath", "name.nothing(")]
    [InlineData("fhirpath", "name.given.toInteger() > 0")]
    public void A_place_of_an_extension_that_can_not_be_evaluated_is_an_error(string type, string expression)
    {
        var definition = $$"""
            {"resourceType":"StructureDefinition","url":"urn:test:x","name":"X","status":"draft","kind":"complex-type","abstract":false,
            "type":"Extension","context":[{"type":"{{type}}","expression":"{{expression}}"}],
            "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension","derivation":"constraint",
            "differential":{"element":[{"path":"Extension.url","fixedUri":"urn:test:x"}] } }
            """;
        var set = new DefinitionSet();
        set.Add(System.Text.Json.JsonElement.Parse(definition));
        var json = """{"resourceType":"Patient","extension":[{"url":"urn:test:x","valueString":"v"}],"name":[{"given":["a","b"]}]}""";

        Assert.Equal(
            ["Patient.extension[0]:extension-context"],
            Errors(new FhirValidator(set).Validate(Encoding.UTF8.GetBytes(json))));
    }

    [Fact]
    public void Too_deep_is_told_from_not_JSON_with_the_depth()
    {
        var deep = Validator.Validate(Encoding.UTF8.GetBytes(new string('[', 200) + new string(']', 200))).Issues;
        var broken = Validator.Validate(Encoding.UTF8.GetBytes(new string('[', 200))).Issues;

        Assert.Contains("nested 200 levels deep, but at most 128", Assert.Single(deep).Text, StringComparison.Ordinal);
        Assert.Equal("too-costly", deep[0].Code);
        Assert.Contains("not valid JSON", Assert.Single(broken).Text, StringComparison.Ordinal);
    }

    private static string WithAttachment(string members) =>
        $$"""{"resourceType":"Patient","photo":[{"contentType":"text/plain",{{members}} }]}""";

    private static string WithNarrative(string content) => $$"""{"resourceType":"Patient","text":{{Narrative(content)}}}""";

    private static string Narrative(string content) => $$"""{"status":"generated","div":"<div xmlns=\"{{Html}}\">{{content}}</div>"}""";

    private static string Composition(string narrative, string section) =>
        """{"resourceType":"Composition","status":"final","type":{"text":"t"},"date":"2026","author":[{"display":"a"}]"""
            + ""","title":"t","text":"""
        + narrative + ""","contained":[{"resourceType":"Binary","id":"x","contentType":"image/png","data":"AA=="}]""" + section + "}";

    private static string Profile(string element) =>
        $$"""
        {"resourceType":"StructureDefinition","url":"urn:test:profile","name":"P","status":"draft","kind":"resource","abstract":false,
        "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
        "differential":{"element":[{{element}}] } }
        """;

    private static ValidationResult Validate(string json, string profile)
    {
        var set = new DefinitionSet();
        set.Add(System.Text.Json.JsonElement.Parse(profile));
        return new FhirValidator(set).Validate(Encoding.UTF8.GetBytes(json), ["urn:test:profile"]);
    }

    private static List<string> Errors(string json) => Errors(Validator.Validate(Encoding.UTF8.GetBytes(json)));

    private static List<string> Errors(string json, string profile) => Errors(Validate(json, profile));

    private static List<string> Errors(ValidationResult result) =>
        [.. result.Issues.Where(issue => issue.Severity >= IssueSeverity.Error).Select(issue => $"{issue.Location}:{issue.Rule}")];
}
