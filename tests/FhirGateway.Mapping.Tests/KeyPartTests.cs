using System.Text.Json;

namespace FhirGateway.Mapping.Tests;

public sealed class KeyPartTests
{
    [Theory]
    [InlineData("""{ "a": "x|y", "b": "z" }""", """{ "a": "x", "b": "y|z" }""")]
    [InlineData("""{ "a": "x\\", "b": "y" }""", """{ "a": "x", "b": "\\y" }""")]
    [InlineData("""{ "a": "x\\|y", "b": "" }""", """{ "a": "x\\", "b": "y|" }""")]
    [InlineData("""{ "a": "|", "b": "" }""", """{ "a": "", "b": "|" }""")]
    public void Two_events_never_have_one_key_whatever_signs_their_parts_hold(string one, string other)
    {
        Assert.NotEqual(Key(one), Key(other));
    }

    [Fact]
    public void A_UUID_in_another_case_is_not_another_key_but_any_other_part_is()
    {
        const string uuid = "4E0B6D3C-92D5-4E0E-9F5E-3F6D2F6A1CAB";

        Assert.Equal(Key($$"""{ "a": "{{uuid}}", "b": "x" }"""), Key($$"""{ "a": "{{uuid.ToLowerInvariant()}}", "b": "x" }"""));
        Assert.NotEqual(Key("""{ "a": "x" }"""), Key("""{ "a": "X" }"""));
    }

    private static string Key(string json) => KeyPart.Join(["/a", "/b"], JsonElement.Parse(json), JsonElement.Parse(json));
}
