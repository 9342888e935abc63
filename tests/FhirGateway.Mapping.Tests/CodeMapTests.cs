using FhirGateway.Mapping.Codes;

namespace FhirGateway.Mapping.Tests;

public sealed class CodeMapTests
{
    private readonly CodeMap _map = CodeMap.Parse("""
        {"resourceType":"ConceptMap","id":"m","status":"active","group":[{"source":"urn:s","target":"urn:t","element":[
          {"code":"Plan","target":[{"code":"p","equivalence":"equivalent"}]},
          {"code":"Hints","target":[{"code":"h","equivalence":"wider"}]},
          {"code":"Heart","target":[{"code":"n","equivalence":"narrower"},{"code":"i","equivalence":"inexact"}]},
          {"code":"Other","target":[{"code":"o","equivalence":"unmatched"}]}],
          "unmapped":{"mode":"fixed","code":"any"}}]}
        """u8);

    [Theory]
    [InlineData("Plan", "p")]
    [InlineData("PLAN", "p")]
    [InlineData("Hints", "h")]
    public void A_code_that_holds_for_every_use_of_the_word_counts(string word, string code) =>
        Assert.Equal(new Concept("urn:t", code), _map.FindListed(word));

    [Theory]
    [InlineData("Heart")]
    [InlineData("Other")]
    [InlineData("never seen")]
    public void A_code_that_says_more_than_the_word_does_not(string word)
    {
        Assert.Null(_map.FindListed(word));
        Assert.Equal("any", _map.Find(word)!.Code);
    }
}
