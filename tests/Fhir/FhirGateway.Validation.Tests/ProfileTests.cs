using System.Text;
using System.Text.Json;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests;

/// <summary>Profiles given as differentials only, the way this product publishes its own.</summary>
public sealed class ProfileTests
{
    private const string ByCode = """ "slicing":{"discriminator":[{"type":"pattern","path":"code"}],"rules":"RULES","ordered":ORDERED}""";

    [Fact]
    public void A_differential_tightens_cardinality_at_any_depth()
    {
        var profile = Profile(
            "Patient",
            """{"path":"Patient.birthDate","min":1},{"path":"Patient.name.family","min":1},{"path":"Patient.photo","max":"0"}""");
        Assert.Empty(Errors(profile, """{"resourceType":"Patient","birthDate":"1974","name":[{"family":"A"}]}"""));
        Assert.Equal(
            ["Patient.name[1]:cardinality", "Patient:cardinality", "Patient:cardinality"],
            Errors(
                profile,
                """{"resourceType":"Patient","name":[{"family":"A"},{"given":["B"]}],"photo":"""
                    + """[{"title":"x"}]}""").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(
        """{"path":"Patient.active","fixedBoolean":true}""", """{"resourceType":"Patient","active":false}""", "Patient.active:fixed-value")]
    [InlineData(
        """{"path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"code":"M"}]}}""",
        """{"resourceType":"Patient","maritalStatus":{"text":"x"}}""", "Patient.maritalStatus:pattern")]
    [InlineData(
        """{"path":"Patient.deceased[x]","type":[{"code":"boolean"}]}""", """{"resourceType":"Patient","deceasedDateTime":"2020"}""",
        "Patient.deceased:type")]
    [InlineData(
        """{"path":"Patient.deceasedBoolean","fixedBoolean":true}""", """{"resourceType":"Patient","deceasedBoolean":false}""",
        "Patient.deceased:fixed-value")]
    [InlineData(
        """{"path":"Patient.name.family","maxLength":3}""", """{"resourceType":"Patient","name":[{"family":"Abcd"}]}""",
        "Patient.name[0].family:max-length")]
    [InlineData(
        """{"path":"Patient.birthDate","minValueDate":"2000-01-01"}""", """{"resourceType":"Patient","birthDate":"1999-12-31"}""",
        "Patient.birthDate:min-value")]
    [InlineData(
        """{"path":"Patient.name.use","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/contact-point-use"}}""",
        """{"resourceType":"Patient","name":[{"use":"usual"}]}""", "Patient.name[0].use:binding")]
    [InlineData(
        """{"path":"Patient","constraint":[{"key":"p-1","severity":"error","human":"named","expression":"name.exists()"}]}""",
        """{"resourceType":"Patient","active":true}""", "Patient:p-1")]
    [InlineData(
        """{"path":"Patient.managingOrganization","type":[{"code":"Reference","targetProfile":"""
            + """["http://hl7.org/fhir/StructureDefinition/Organization"],"aggregation":["contained"]}]}""",
        """{"resourceType":"Patient","managingOrganization":{"reference":"Organization/1"}}""",
        "Patient.managingOrganization:reference-target")]
    [InlineData(
        """{"path":"Patient.extension","slicing":{"discriminator":[{"type":"value","path":"url"}],"rules":"closed"}}""",
        """{"resourceType":"Patient","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":"""
            + """{"city":"B"}}]}""",
        "Patient:slicing")]
    public void A_differentials_rule_is_checked(string element, string json, string expected) =>
        Assert.Contains(expected, Errors(Profile("Patient", element), json));

    [Theory]
    [InlineData("""{"value":1,"unit":"drops"}""", null)]
    [InlineData(
        """{"value":1,"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}""", "Observation.value:binding")]
    public void A_quantity_is_held_to_a_required_binding_once_it_is_coded(string quantity, string? expected)
    {
        var profile = Profile(
            "Observation",
            """{"path":"Observation.valueQuantity","binding":"""
                + """{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/units-of-time"}}""");
        Assert.Equal(
            expected is null ? [] : [expected],
            Errors(profile, $$"""{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{{quantity}}}"""));
    }

    [Fact]
    public void Slices_are_told_apart_and_counted()
    {
        var profile = Sliced("open");
        Assert.Empty(Errors(profile, Components("a", "b", "other")));
        Assert.Equal(["Observation:cardinality"], Errors(profile, Components("b")));
        Assert.Equal(["Observation:cardinality"], Errors(profile, Components("a", "b", "b")));
    }

    [Fact]
    public void Closed_slicing_allows_nothing_else() =>
        Assert.Equal(["Observation.component[1]:slicing"], Errors(Sliced("closed"), Components("a", "other")));

    [Fact]
    public void Ordered_slices_come_in_order()
    {
        Assert.Equal(["Observation.component[1]:slicing"], Errors(Sliced("open", ordered: true), Components("b", "a")));
        Assert.Empty(Errors(Sliced("open", ordered: true), Components("a", "b")));
    }

    [Fact]
    public void Open_at_end_wants_the_rest_at_the_end()
    {
        Assert.Equal(["Observation.component[1]:slicing"], Errors(Sliced("openAtEnd"), Components("other", "a")));
        Assert.Empty(Errors(Sliced("openAtEnd"), Components("a", "other")));
    }

    [Fact]
    public void What_a_slice_demands_holds_for_that_slice_only()
    {
        var profile = Sliced("open", more: ",{\"path\":\"Observation.component.interpretation\",\"min\":1}");
        Assert.Equal(["Observation.component[1]:cardinality"], Errors(profile, Components("a", "b")));
    }

    [Fact]
    public void The_default_slice_takes_what_no_other_slice_takes()
    {
        var profile = Sliced(
            "closed",
            more: ",{\"path\":\"Observation.component\",\"sliceName\":\"@default\"},{\"path\":\"Observation.component.interpretation\","
                + "\"min\":1}");
        Assert.Equal(["Observation.component[1]:cardinality"], Errors(profile, Components("a", "other")));
    }

    [Fact]
    public void A_slice_can_be_sliced_again()
    {
        var profile = Sliced(
            "open",
            ofB: """ "slicing":{"discriminator":[{"type":"exists","path":"interpretation"}],"rules":"open"}""",
            more: """,{"path":"Observation.component","sliceName":"b/read","max":"0"},"""
                + """{"path":"Observation.component.interpretation","min":1}""");
        Assert.Empty(Errors(profile, Components("a", "b")));
        Assert.Equal(
            ["Observation:cardinality"],
            Errors(
                profile,
                Components("a", "b").Replace(
                    "\"text\":\"b\"}", "\"text\":\"b\"},\"interpretation\":[{\"text\":\"high\"}]", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_choice_is_sliced_by_type()
    {
        var profile = Profile(
            "Observation",
            """{"path":"Observation.value[x]","slicing":{"discriminator":[{"type":"type","path":"$this"}],"rules":"closed"}},"""
                + """{"path":"Observation.value[x]","sliceName":"valueQuantity","type":[{"code":"Quantity"}]},"""
                + """{"path":"Observation.value[x].unit","min":1}""");
        Assert.Empty(Errors(
            profile, """{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{"value":1,"unit":"mg"}}"""));
        Assert.Equal(
            ["Observation.value:cardinality"],
            Errors(profile, """{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueQuantity":{"value":1}}"""));
        Assert.Equal(
            ["Observation.value:slicing"],
            Errors(profile, """{"resourceType":"Observation","status":"final","code":{"text":"c"},"valueString":"x"}"""));
    }

    [Fact]
    public void Entries_are_sliced_by_the_profile_or_type_of_their_resource()
    {
        var profile = Profile(
            "Bundle",
            """{"path":"Bundle.entry","slicing":{"discriminator":[{"type":"type","path":"resource"}],"rules":"closed"}},"""
                + """{"path":"Bundle.entry","sliceName":"patient","min":1,"max":"1"},{"path":"Bundle.entry.resource","type":"""
                + """[{"code":"Patient"}]}""");
        Assert.Empty(Errors(
            profile,
            """{"resourceType":"Bundle","type":"collection","entry":"""
                + """[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Patient"}}]}"""));
        Assert.Equal(
            ["Bundle.entry[0]:slicing", "Bundle:cardinality"],
            Errors(
                profile,
                """{"resourceType":"Bundle","type":"collection","entry":"""
                    + """[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":"""
                    + """{"resourceType":"Device"}}]}""").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_profile_inherits_from_a_differential_too()
    {
        var parent = Sliced("open");
        var child = Profile(
            "Observation", """{"path":"Observation.component","sliceName":"a"},{"path":"Observation.component.interpretation","min":1}""",
            "urn:test:child", "urn:test:profile");
        var validator = Validator(parent, child);
        Assert.Equal(
            ["Observation.component[0]:cardinality", "Observation:cardinality"],
            Errors(validator, "urn:test:child", Components("a", "b", "b")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_target_in_the_bundle_must_conform_to_the_target_profile()
    {
        var patient = Profile("Patient", """{"path":"Patient.birthDate","min":1}""", "urn:test:patient");
        var observation = Profile(
            "Observation", """{"path":"Observation.subject","type":[{"code":"Reference","targetProfile":["urn:test:patient"]}]}""");
        var validator = Validator(patient, observation);
        string Bundle(string birthDate) =>
            """
            {"resourceType":"Bundle","type":"collection","entry":[
              {"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Observation",
                "meta":{"profile":["urn:test:profile"]},"status":"final","code":{"text":"c"},
                "subject":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239521"}}},
              {"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239521","resource":{"resourceType":"Patient"BIRTHDATE}}]}
            """.Replace("BIRTHDATE", birthDate, StringComparison.Ordinal);
        Assert.Empty(Errors(validator, null, Bundle(",\"birthDate\":\"1974\"")));
        Assert.Equal(["Bundle.entry[0].resource.subject:reference-target"], Errors(validator, null, Bundle(",\"active\":true")));
    }

    [Fact]
    public void Profiles_that_derive_from_each_other_are_an_error_not_a_loop()
    {
        var validator = Validator(
            Profile("Patient", """{"path":"Patient.birthDate","min":1}""", "urn:test:a", "urn:test:b"),
            Profile("Patient", """{"path":"Patient.birthDate","min":1}""", "urn:test:b", "urn:test:a"));
        Assert.Contains(
            "profile-usable", Assert.Single(Errors(validator, "urn:test:a", """{"resourceType":"Patient","active":true}""")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Extensions_that_demand_each_other_end_all_the_same()
    {
        string Extension(string url, string other) =>
            Profile(
                "Extension",
                $$$"""{"path":"Extension.url","fixedUri":"{{{url}}}"},{"path":"Extension.extension","sliceName":"o","type":"""
                    + $$$"""[{"code":"Extension","profile":["{{{other}}}"]}]}""",
                url);
        var validator = Validator(Extension("urn:test:x", "urn:test:y"), Extension("urn:test:y", "urn:test:x"));
        Assert.Empty(Errors(
            validator, null,
            """{"resourceType":"Patient","extension":[{"url":"urn:test:x","extension":[{"url":"urn:test:y","extension":"""
                + """[{"url":"urn:test:x","valueString":"v"}]}]}]}"""));
    }

    [Fact]
    public void A_path_that_does_not_exist_is_said_when_the_profile_is_used() =>
        Assert.Contains(
            ":profile-usable",
            Assert.Single(
                Errors(Profile("Patient", """{"path":"Patient.birthdate","min":1}"""), """{"resourceType":"Patient","active":true}""")),
            StringComparison.Ordinal);

    private static string Sliced(string rules, bool ordered = false, string more = "", string ofB = "\"max\":\"1\"") =>
        Profile("Observation",
        "{\"path\":\"Observation.component\"," + ByCode.Replace("RULES", rules, StringComparison.Ordinal).Replace(
            "ORDERED", ordered ? "true" : "false", StringComparison.Ordinal) + "}"
        + """,{"path":"Observation.component","sliceName":"a","min":1},{"path":"Observation.component.code","patternCodeableConcept":"""
        + """{"text":"a"}}"""
        + ",{\"path\":\"Observation.component\",\"sliceName\":\"b\"," + ofB + "}"
        + """,{"path":"Observation.component.code","patternCodeableConcept":{"text":"b"}}""" + more);

    private static string Components(params string[] codes) =>
        $$"""{"resourceType":"Observation","status":"final","code":{"text":"c"},"component":"""
            + $$"""[{{string.Join(',', codes.Select(code => "{\"code\":{\"text\":\"" + code + "\"}}"))}}]}""";

    private static string Profile(string type, string elements, string url = "urn:test:profile", string? derivesFrom = null) =>
        $$$"""
        {"resourceType":"StructureDefinition","url":"{{{url}}}","name":"P","status":"draft","kind":"resource","abstract":false,
        "type":"{{{type}}}","baseDefinition":"{{{derivesFrom ?? "http://hl7.org/fhir/StructureDefinition/" + type}}}",
        "derivation":"constraint","differential":{"element":[{{{elements}}}]}}
        """;

    private static FhirValidator Validator(params string[] profiles)
    {
        var definitions = new DefinitionSet();
        foreach (var profile in profiles)
        {
            using var json = JsonDocument.Parse(profile);
            definitions.Add(json.RootElement);
        }

        return new FhirValidator(definitions);
    }

    private static List<string> Errors(string profile, string json) => Errors(Validator(profile), "urn:test:profile", json);

    private static List<string> Errors(FhirValidator validator, string? profile, string json) =>
        [.. validator.Validate(
            Encoding.UTF8.GetBytes(json),
            profile is null
                ? null
                : [profile]).Issues.Where(issue =>
                    issue.Severity >= IssueSeverity.Error).Select(issue => $"{issue.Location}:{issue.Rule}")];
}
