using FhirGateway.Ledger;
using FhirGateway.Mapping;
using FhirGateway.Pipeline;

namespace FhirGateway.Tests.Pipeline;

/// <summary>Many identifiers in one search, and no more than a URL may hold.</summary>
public sealed class AwaitedSearchTests
{
    [Theory]
    [InlineData("Patient?identifier=urn%3Aa%7C1", true)]
    [InlineData("Patient?_id=1", true)]
    [InlineData("Patient?identifier=urn%3Aa%7C1&active=true", false)]
    [InlineData("Patient?name=Anna", false)]
    [InlineData("Patient?identifier=", false)]
    [InlineData("correlation:task-1", false)]
    [InlineData("subject-conflict:Patient/1>Patient/2", false)]
    [InlineData("destination-refusal", false)]
    [InlineData("content", false)]
    public void Only_what_is_named_by_one_identifier_is_asked_for_with_others(string waitsFor, bool expected) =>
        Assert.Equal(expected, AwaitedSearch.CanHold(waitsFor));

    [Fact]
    public void What_is_of_one_type_is_one_search_whose_values_are_alternatives()
    {
        var searches = AwaitedSearch.Of(
            [Of("Patient", "urn:a", "1"), Of("Encounter", "urn:e", "1"), Of("Patient", "urn:a", "x,y|z"), Awaited("Patient?_id=7")]).ToList();

        Assert.Equal(3, searches.Count);
        Assert.Equal([("identifier", @"urn:a|1,urn:a|x\,y\|z")], searches[0].Search.Query);
        Assert.Equal("Patient", searches[0].Search.Type);
        Assert.Equal([("identifier", "urn:e|1")], searches[1].Search.Query);
        Assert.Equal([("_id", "7")], searches[2].Search.Query);
    }

    [Fact]
    public void Very_many_are_several_searches_that_leave_none_out_and_fit_into_a_url()
    {
        var awaited = Enumerable.Range(0, 1000).Select(i => Of("Patient", "https://hospital.example/patients", $"P-{i:D6}")).ToList();

        var searches = AwaitedSearch.Of(awaited).ToList();

        Assert.Equal(awaited, searches.SelectMany(search => search.Each).Select(each => each.Awaited));
        Assert.All(searches, search => Assert.InRange(search.Search.Text.Length, 1, 1900));
        Assert.InRange(searches.Count, 20, 50);
    }

    [Fact]
    public void A_search_is_divided_down_to_those_for_one()
    {
        var search = AwaitedSearch.Of(Enumerable.Range(0, 5).Select(i => Of("Patient", "urn:a", $"{i}"))).Single();

        var halves = search.Halves().ToList();

        Assert.Equal(["urn:a|0,urn:a|1,urn:a|2", "urn:a|3,urn:a|4"], halves.Select(half => half.Search.Query[0].Value));
        Assert.Empty(halves[1].Halves().First().Halves());
    }

    private static Awaited Of(string type, string system, string value) => Awaited($"{type}?{new Identity(system, value).Query}");

    private static Awaited Awaited(string name) => new(name, default, default, default, default);
}
