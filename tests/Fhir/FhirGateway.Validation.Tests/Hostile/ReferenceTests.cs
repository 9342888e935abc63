using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>References by the thousand, to each other, to one, to nothing and in circles.</summary>
[Collection(WeighedAlone.Name)]
public sealed class ReferenceTests
{
    private static readonly FhirValidator Plain = new();

    [Fact]
    public void A_bundle_of_a_hundred_thousand_entries_is_validated()
    {
        const int Count = 100_000;
        var result = Plain.Validate(Bundle(
            "collection", Count, i => Entry(i, $$"""{{Observation}},"hasMember":[{"reference":"{{Uuid((i * 7 + 1) % Count)}}"}]""")));
        Assert.Empty(result.Issues);
    }

    [Fact]
    public void Every_version_under_one_url_is_found_without_looking_through_all()
    {
        string History(int count) => Bundle("history", count, i =>
            $$$"""{"fullUrl":"http://s.example/Observation/1","resource":{{{{Observation}}},"id":"1","meta":{"versionId":"{{{i}}}"}"""
                + $$$""","hasMember":[{"reference":"http://s.example/Observation/1/_history/{{{(i + 1) % count}}}"}]},"request":"""
                + $$$"""{"method":"PUT","url":"Observation/1"},"response":{"status":"200"}}""");
        Assert.Empty(Plain.Validate(History(300)).Issues);
        AssertGrowth(Plain, History(300), History(600), 2);
    }

    [Fact]
    public void References_to_one_missing_entry_are_each_an_error_up_to_a_limit()
    {
        var result = Plain.Validate(Bundle("transaction", 5_000, i =>
            $$$"""{"fullUrl":"{{{Uuid(i)}}}","resource":{{{{Observation}}},"subject":{"reference":"{{{Uuid(-1)}}}"}},"request":"""
                + $$$"""{"method":"POST","url":"Observation"}}"""));
        Assert.Equal("Bundle.entry[0].resource.subject:reference-bundled(not-found)", result.Errors().First());
        Assert.Equal("too-costly", result.Issues[^1].Code);
    }

    [Fact]
    public void Contained_resources_are_found_by_their_id_not_by_looking_through_all()
    {
        string Contained(int count) =>
            $"{{{Patient},\"contained\":[{Many(count, i => $$$"""{{{{Patient}}},"id":"c{{{i}}}"}""")}],\"link\":"
                + $"[{Many(count, i => Link("#c" + i))}]}}";
        AssertGrowth(Plain, Contained(200), Contained(400), 2);
    }

    [Fact]
    public void A_url_without_end_is_not_taken_apart_for_every_reference()
    {
        string Long(int links) =>
            Bundle(
                "collection", 1,
                _ =>
                    $"{{\"fullUrl\":\"http://a.example/{new string('/', 500_000)}\",\"resource\":{{{Patient},\"link\":"
                        + $"[{Many(links, _ => Link("Patient/1"))}]}}}}");
        var (few, many) = (Allocated(Plain, Long(10)), Allocated(Plain, Long(110)));
        Assert.InRange(many - few, 0, 2_000_000);
    }

    [Fact]
    public void An_invariant_that_judges_every_entry_finds_each_by_its_place()
    {
        var validator = Validator(
            Profile("Patient", """{"path":"Patient.active","min":1}""", "urn:test:patient"),
            Profile(
                "Bundle",
                """
                {"path":"Bundle","constraint":[{"key":"t-1","severity":"error","human":"h",
                "expression":"entry.resource.all(conformsTo('urn:test:patient'))"}]}
                """));
        string Of(int count) => Bundle("collection", count, i => Entry(i, $"{Patient},\"active\":true"));
        Assert.Empty(validator.Validate(Of(10), "urn:test:profile").Issues);
        AssertGrowth(validator, Of(300), Of(600), 2, "urn:test:profile");
    }

    private static string Link(string reference) => $$$"""{"other":{"reference":"{{{reference}}}"},"type":"seealso"}""";
}
