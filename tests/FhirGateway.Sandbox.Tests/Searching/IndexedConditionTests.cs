using System.Text.Json;
using FhirGateway.Sandbox.Searching;
using FhirGateway.Sandbox.Store;

namespace FhirGateway.Sandbox.Tests.Searching;

/// <summary>What a condition costs, counted in resources looked at.</summary>
public sealed class IndexedConditionTests
{
    [Theory]
    [InlineData("identifier=urn:x|70000", 1)]
    [InlineData("identifier=urn:x|70000,urn:x|80000,urn:x|nobody", 2)]
    [InlineData("identifier=urn:x|70000&active=true", 1)]
    [InlineData("identifier=urn:other|70000", 0)]
    [InlineData("identifier=|70000", 0)]
    [InlineData("_id=p70000", 1)]
    public void Among_100_000_resources_only_those_with_the_identifier_are_looked_at(string condition, int found)
    {
        var visits = new CountedVisits();
        var match = MatchUrl.Parse("Patient", condition);
        var counted = match with { Criteria = [visits, .. match.Criteria] };
        Assert.Equal(found, counted.Find(HundredThousand.Value).Count);
        Assert.Equal(found, visits.Count);
    }

    [Fact]
    public void A_search_by_anything_else_looks_at_all()
    {
        var visits = new CountedVisits();
        var match = MatchUrl.Parse("Patient", "identifier=70000");
        var counted = match with { Criteria = [visits, .. match.Criteria] };
        Assert.Single(counted.Find(HundredThousand.Value));
        Assert.Equal(100_000, visits.Count);
    }

    [Fact]
    public void An_identifier_is_found_until_its_resource_loses_it()
    {
        var state = StoreState.Empty.With(Patient("a", 1, "1")).With(Patient("b", 1, "1"));
        Assert.Equal(["a", "b"], Found(state, "1"));
        state = state.With(Patient("a", 2, "2"));
        Assert.Equal(["b"], Found(state, "1"));
        Assert.Equal(["a"], Found(state, "2"));
        state = state.With(new ResourceVersion("Patient", "b", 2, default, null));
        Assert.Empty(Found(state, "1"));
        state = state.With(Patient("b", 3, "1"));
        Assert.Equal(["b"], Found(state, "1"));
    }

    [Fact]
    public void A_master_identifier_is_an_identifier_too()
    {
        var document = """{"resourceType":"DocumentReference","id":"d","masterIdentifier":{"system":"urn:x","value":"m"},"identifier":"""
            + """[{"value":"i"}]}""";
        var state = StoreState.Empty.With(new ResourceVersion("DocumentReference", "d", 1, default, JsonElement.Parse(document)));
        Assert.Single(MatchUrl.Parse("DocumentReference", "identifier=urn:x|m").Find(state));
        Assert.Single(MatchUrl.Parse("DocumentReference", "identifier=|i").Find(state));
    }

    private static readonly Lazy<StoreState> HundredThousand = new(() =>
        Enumerable.Range(0, 100_000).Aggregate(StoreState.Empty, (state, number) => state.With(Patient($"p{number}", 1, $"{number}"))));

    private static IEnumerable<string> Found(StoreState state, string value) =>
        MatchUrl.Parse("Patient", $"identifier=urn:x|{value}").Find(state).Select(resource => resource.Id);

    private static ResourceVersion Patient(string id, int version, string value) => new("Patient", id, version, default, JsonElement.Parse(
        $$"""{"resourceType":"Patient","id":"{{id}}","identifier":[{"system":"urn:x","value":"{{value}}"}],"active":true}"""));

    private sealed class CountedVisits : ICriterion
    {
        public int Count { get; private set; }

        public bool Holds(StoreState state, ResourceVersion resource)
        {
            Count++;
            return true;
        }
    }
}
