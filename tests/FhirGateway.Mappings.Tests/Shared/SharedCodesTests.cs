using System.Text.Json;
using System.Text.RegularExpressions;
using FhirGateway.Mapping.Codes;
using FhirGateway.Mapping.Docs;
using FhirGateway.Testing;
using FhirGateway.Validation;

namespace FhirGateway.Mappings.Tests.Shared;

/// <summary>The concept maps that all vendors share, against what US notes usually have.</summary>
public sealed partial class SharedCodesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "mappings");

    private static readonly IReadOnlyList<CodeMap> Maps = CodesPage.MapsOf(Vendors.Named("hami").GetType().Assembly);

    private static readonly HeadingMap Sections = new(Maps.Single(map => map.Id == "section-heading"));

    private static readonly HeadingMap Documents = new(Maps.Single(map => map.Id == "document-type"));

    /// <summary>Headings and templates that no source gives a code: each is in its map, with the reason.</summary>
    private static readonly string[] HeadingsWithoutCode =
    [
        "Psychiatric history", "Gynecologic history", "Birth history", "Developmental history", "Substance use", "Medical decision making",
        "Recommendations", "Health maintenance", "Risk assessment", "Condition at discharge",
    ];

    private static readonly string[] TemplatesWithoutCode =
        ["Telehealth visit", "Follow-up note", "Annual wellness visit", "Therapy note", "After visit summary"];

    [Fact]
    public void Of_80_usual_headings_all_have_a_title_and_70_a_code()
    {
        var usual = Usual("usual-headings.txt");

        Assert.Equal(80, usual.Count);
        Assert.All(usual.SelectMany(spellings => spellings), heading => Assert.NotNull(Sections.Find(heading)));
        Assert.Equal(HeadingsWithoutCode, usual.Select(spellings => spellings[0]).Where(heading => Sections.CodeOf(heading) is null));
    }

    [Fact]
    public void Of_39_usual_templates_34_have_a_code_of_their_own()
    {
        var usual = Usual("usual-templates.txt");

        Assert.Equal(39, usual.Count);
        Assert.All(usual.SelectMany(spellings => spellings), template => Assert.NotNull(Documents.Find(template)));
        Assert.Equal(
            TemplatesWithoutCode, usual.Select(spellings => spellings[0]).Where(name => Documents.CodeOf(name)!.Code == "34109-9"));
    }

    [Fact]
    public void All_spellings_of_a_heading_have_one_code()
    {
        Assert.All(Usual("usual-headings.txt"), spellings => Assert.Single(spellings.Select(Sections.CodeOf).Distinct()));
        Assert.All(Usual("usual-templates.txt"), spellings => Assert.Single(spellings.Select(Documents.CodeOf).Distinct()));
    }

    // An abbreviation is spelled out. Words are shown as they are: "Suicide risk assessment" is not shown as "Risk assessment".
    [Theory]
    [InlineData("HPI", "History of present illness")]
    [InlineData("A/P", "Assessment and plan")]
    [InlineData("pmhx", "Past medical history")]
    [InlineData("SURGERIES", "Surgeries")]
    [InlineData("suicide_risk_assessment", "Suicide risk assessment")]
    public void A_title_says_what_the_vendor_said(string heading, string title) => Assert.Equal(title, Sections.Find(heading)!.Title);

    [Theory]
    [InlineData("Labs", "11502-2")]
    [InlineData("LAB_RESULTS", "11502-2")]
    [InlineData("Imaging:", "18748-4")]
    [InlineData("Diagnostic results", "30954-2")]
    public void Laboratory_and_imaging_results_have_codes_of_their_own(string heading, string code) =>
        Assert.Equal(code, Sections.CodeOf(heading)!.Code);

    [Theory]
    [InlineData("Discharge Instructions", "74213-0")]
    [InlineData("Procedure Consent", "64293-4")]
    [InlineData("Consult Request", "34109-9")]
    [InlineData("Operative Note Addendum", "34109-9")]
    [InlineData("Cardiology Consult", "34099-2")]
    [InlineData("Underwater Medicine Consult", "34109-9")]
    public void A_document_is_never_what_its_first_word_says(string name, string code) => Assert.Equal(code, Documents.CodeOf(name)!.Code);

    [Fact]
    public void Every_pair_names_its_source_and_every_gap_its_reason() =>
        Assert.All(Maps.SelectMany(map => map.Words), word => Assert.False(string.IsNullOrWhiteSpace(word.Comment), word.Word));

    [Fact]
    public void Every_source_that_a_comment_names_is_told_with_its_version_and_place()
    {
        Assert.All(Maps, map => Assert.All(
            map.Words.Where(word => word.Meaning is not null),
            word => Assert.Contains(word.Comment!.Split(',')[0], map.Description, StringComparison.Ordinal)));
    }

    // 11502-2, 18842-5 and 28655-1 are wrong on a page of US Core's write guidance: these are the pairs as everyone else has them.
    [Fact]
    public void A_code_has_one_display_in_all_maps_and_those_of_the_program()
    {
        var concepts = Maps.SelectMany(map => map.Meanings)
            .Concat(Vendors.Catalog.Vendors.SelectMany(vendor => vendor.Events).Select(rule => rule.Mapping).OfType<Mapping.EventMapping>()
                .SelectMany(mapping => mapping.CodeMaps).SelectMany(map => map.Meanings))
            .Concat([Loinc.Note, Loinc.ProgressNote, Loinc.EmergencyNote, Loinc.AdministrativeNote])
            .ToList();

        Assert.All(
            concepts.GroupBy(concept => (concept.System, concept.Code)),
            same => Assert.Single(same.Select(concept => concept.Display).Distinct()));
        Assert.DoesNotContain(concepts, concept => concept.Code == "28655-1");
        Assert.DoesNotContain("11502-2", Maps.Single(map => map.Id == "document-type").Words
            .Where(word => word.Word.Contains("Operat", StringComparison.OrdinalIgnoreCase)).Select(word => word.Meaning?.Code));
    }

    [Fact]
    public void Every_LOINC_code_has_its_check_digit() =>
        Assert.All(Maps.SelectMany(map => map.Meanings), concept =>
        {
            Assert.Equal(Loinc.System, concept.System);
            Assert.Matches(LoincCode(), concept.Code);
            Assert.Equal(CheckDigit(concept.Code[..^2]), concept.Code[^1] - '0');
        });

    [Fact]
    public void The_maps_name_the_LOINC_version_of_their_displays()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "Shared", "conceptmaps")))
        {
            var map = JsonElement.Parse(File.ReadAllBytes(file));
            Assert.Equal("2.78", map.GetProperty("group")[0].GetProperty("targetVersion").GetString());
            Assert.Contains("LOINC 2.78", map.GetProperty("description").GetString(), StringComparison.Ordinal);
            Assert.Contains("LOINC is copyright", map.GetProperty("copyright").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_concept_map_is_a_valid_FHIR_resource()
    {
        var validator = new FhirValidator();
        foreach (var file in Directory.GetFiles(Folder, "*.json", SearchOption.AllDirectories).Where(file => file.Contains("conceptmaps")))
            Assert.DoesNotContain(validator.Validate(File.ReadAllBytes(file)).Issues, issue => issue.Severity >= IssueSeverity.Error);
    }

    [Fact]
    public void CODES_md_is_what_the_maps_say()
    {
        var path = Path.Combine(Folder, "CODES.md");
        var page = CodesPage.Of(Maps);

        if (GoldenBundleTests.Regenerates) File.WriteAllText(path, page);
        Assert.Equal(File.ReadAllText(path), page);
    }

    private static List<string[]> Usual(string file) =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "FhirGateway.Mappings.Tests", "Shared", file))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(" | ")),
    ];

    // LOINC Users' Guide, mod 10: odd places from the right, doubled as one number, and the digits between them.
    private static int CheckDigit(string number)
    {
        var digits = number.Reverse().Select(sign => sign - '0').ToList();
        var odd = string.Concat(digits.Where((_, place) => place % 2 == 0).Reverse());
        var even = string.Concat(digits.Where((_, place) => place % 2 == 1).Reverse());
        var sum = $"{even}{2L * long.Parse(odd, System.Globalization.CultureInfo.InvariantCulture)}".Sum(sign => sign - '0');
        return (10 - sum % 10) % 10;
    }

    [GeneratedRegex("^[0-9]{3,6}-[0-9]$")]
    private static partial Regex LoincCode();
}
