using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Tests.Terminology;

public sealed class LanguageTagTests
{
    private static readonly TerminologyStore Store = new(new DefinitionSet());

    [Theory]
    [InlineData("en")]
    [InlineData("EN-us")]
    [InlineData("fil-PH")]
    [InlineData("es-419")]
    [InlineData("zh-Hans-CN")]
    [InlineData("zh-yue-HK")]
    [InlineData("de-CH-1901")]
    [InlineData("sl-rozaj-biske-1994")]
    [InlineData("en-a-foo-bar-u-co-phonebk")]
    [InlineData("en-x-clinic-7")]
    [InlineData("x-clinic")]
    [InlineData("qaa-Qaaa-QM")]
    [InlineData("i-klingon")]
    [InlineData("sgn-BE-FR")]
    [InlineData("iw")]
    [InlineData("zxx")]
    public void A_tag_of_registered_subtags_is_valid(string tag) =>
        Assert.Equal(Membership.Yes, Store.CheckSystem("urn:ietf:bcp:47", tag).Membership);

    [Theory]
    [InlineData("xx", "'xx' is not a registered language")]
    [InlineData("english", "'english' is not a registered language")]
    [InlineData("eng", "'eng' is not a registered language")]
    [InlineData("en-UK", "'UK' is not a registered region")]
    [InlineData("en-999", "'999' is not a registered region")]
    [InlineData("en-Latm", "'Latm' is not a registered script")]
    [InlineData("zh-xxx", "'xxx' is not a registered language extension")]
    [InlineData("de-1902", "'1902' is not a registered variant")]
    [InlineData("en-US-Latn", "'Latn' is not a registered variant")]
    [InlineData("en-US-GB", "'GB' is out of place")]
    [InlineData("en-x", "'x' is out of place")]
    [InlineData("en-a", "'a' is out of place")]
    [InlineData("en_US", "subtags are")]
    [InlineData("en-", "subtags are")]
    [InlineData("", "subtags are")]
    public void Another_text_is_none_and_the_reason_names_the_part(string tag, string reason)
    {
        var answer = Store.CheckSystem("urn:ietf:bcp:47", tag);
        Assert.Equal(Membership.No, answer.Membership);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fil-PH", true)]
    [InlineData("xx", false)]
    [InlineData("en-UK", false)]
    public void A_resources_language_may_be_any_valid_tag_and_nothing_else(string language, bool isValid) =>
        Assert.Equal(
            isValid,
            new FhirValidator().Validate(
                System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","language":"{{language}}"}""")).IsValid);
}
