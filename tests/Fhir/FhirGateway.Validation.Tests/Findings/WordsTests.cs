using FhirGateway.Validation.Findings;

namespace FhirGateway.Validation.Tests.Findings;

public sealed class WordsTests
{
    [Fact]
    public void A_cut_never_leaves_half_of_a_character()
    {
        Assert.Equal("ab…", Words.Cut("ab\U0001F600c", 3));
        Assert.Equal("a\U0001F600…", Words.Cut("a\U0001F600bc", 3));
        Assert.Equal("abc", Words.Cut("abc", 3));
    }
}
