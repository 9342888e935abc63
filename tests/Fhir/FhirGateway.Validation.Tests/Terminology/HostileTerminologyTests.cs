using System.Text;
using System.Text.Json;
using FhirGateway.FhirPath;
using FhirGateway.Validation.Definitions;
using FhirGateway.Validation.Terminology;

namespace FhirGateway.Validation.Tests.Terminology;

public sealed class HostileTerminologyTests
{
    private const string X = """{"system":"urn:cs","concept":[{"code":"x"}]}""";

    [Theory]
    [InlineData("x", Membership.Yes)]
    [InlineData("y", Membership.No)]
    public void Value_sets_included_by_many_ways_are_asked_once_each(string code, Membership expected)
    {
        // Two to the fortieth ways lead to the last.
        var store = Store([
            .. Enumerable.Range(0, 40).SelectMany(
                i => (string[])["a", "b"], (i, name) => ValueSet($"urn:{i}{name}", Set($"urn:{i + 1}a"), Set($"urn:{i + 1}b"))),
            ValueSet("urn:40a", X), ValueSet("urn:40b", X)]);
        Assert.Equal(expected, store.CheckValueSet("urn:0a", "urn:cs", code).Membership);
        var budget = new WorkBudget(10_000);
        new MembershipQuestion(store, "urn:cs", code, budget).Ask("urn:0a");
        Assert.InRange(10_000 - budget.Left, 40, 500);
        var expansion = store.Expand("urn:0a");
        Assert.Equal(["x"], expansion.Codes.Select(found => found.Code));
        Assert.Empty(expansion.Missing);
    }

    [Fact]
    public void What_a_circle_of_value_sets_lists_besides_is_still_known()
    {
        var store = Store(ValueSet("urn:a", Set("urn:b"), X), ValueSet("urn:b", Set("urn:a")));
        Assert.Equal(Membership.Yes, store.CheckValueSet("urn:a", "urn:cs", "x").Membership);
        Assert.Equal(Membership.Yes, store.CheckValueSet("urn:b", "urn:cs", "x").Membership);
        var answer = store.CheckValueSet("urn:a", "urn:cs", "y");
        Assert.Equal((Membership.Unknown, "the value set urn:a includes itself"), (answer.Membership, answer.Reason));
        Assert.Equal(["the value set urn:a includes itself"], store.Expand("urn:a").Missing);
    }

    [Fact]
    public void A_value_set_that_excludes_itself_has_no_answer()
    {
        var store = Store("""{"resourceType":"ValueSet","url":"urn:a","compose":{"include":[{"system":"urn:cs","concept":"""
            + """[{"code":"x"}]}],"exclude":[{"valueSet":["urn:a"]}]}}""");
        Assert.Equal(Membership.Unknown, store.CheckValueSet("urn:a", "urn:cs", "x").Membership);
    }

    [Fact]
    public void A_chain_of_value_sets_has_an_end()
    {
        var store = Store([.. Enumerable.Range(0, 5_000).Select(i => ValueSet($"urn:{i}", Set($"urn:{i + 1}")))]);
        var answer = store.CheckValueSet("urn:0", "urn:cs", "x");
        Assert.Equal((Membership.Unknown, "the value set urn:65 is nested too deeply"), (answer.Membership, answer.Reason));
        Assert.Equal(["the value set urn:65 is nested too deeply"], store.Expand("urn:0").Missing);
    }

    [Fact]
    public void A_value_set_of_endless_parts_is_looked_through_up_to_a_number()
    {
        var parts = string.Join(
            ',', Enumerable.Range(0, 60_000).Select(i => "{\"system\":\"urn:" + i + "\",\"concept\":[{\"code\":\"x\"}]}"));
        var set = "{\"resourceType\":\"ValueSet\",\"url\":\"urn:a\",\"compose\":{\"include\":"
            + "[" + parts + "," + parts + "," + parts + "," + parts + "]}}";
        var answer = Store(set).CheckValueSet("urn:a", "urn:cs", "x");
        Assert.Equal((Membership.Unknown, "it takes too much looking up"), (answer.Membership, answer.Reason));
    }

    [Fact]
    public void Concepts_are_found_however_deep_they_lie()
    {
        var system = "{\"resourceType\":\"CodeSystem\",\"url\":\"urn:cs\",\"content\":\"complete\""
            + "," + string.Concat(Enumerable.Range(0, 120)
            .Select(i => "\"concept\":[{\"code\":\"c" + i + "\",")) + "\"display\":\"last\"" + Repeated("}]", 120) + "}";
        var store = Store(system, ValueSet("urn:below", Filter("concept", "is-a", "c60")));
        Assert.Equal("last", store.CheckSystem("urn:cs", "c119").Display);
        Assert.Equal(Membership.Yes, store.CheckValueSet("urn:below", "urn:cs", "c119").Membership);
        Assert.Equal(60, store.Expand("urn:below").Codes.Count);
    }

    [Fact]
    public void A_code_system_nested_beyond_reading_is_named_with_the_reason()
    {
        var nested = "{\"resourceType\":\"CodeSystem\",\"url\":\"urn:cs\"," + Repeated(
            "\"concept\":[{\"code\":\"c\",", 100_000) + Repeated("}]", 100_000) + "}";
        var store = new TerminologyStore(new DefinitionSet((_, _) => Encoding.UTF8.GetBytes(nested)));
        var answer = store.CheckSystem("urn:cs", "c");
        Assert.Equal(Membership.Unknown, answer.Membership);
        Assert.StartsWith(
            "The CodeSystem urn:cs can't be read: The maximum configured depth of 256 has been exceeded.", answer.Reason,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The ValueSet urn:vs can't be read: ", store.CheckValueSet("urn:vs", "urn:cs", "c").Reason, StringComparison.Ordinal);
        Assert.Null(store.System("urn:cs"));
    }

    [Fact]
    public void Ancestors_without_end_are_followed_up_to_a_number()
    {
        var chain = Concepts(20_000, i => i == 0 ? "" : $",\"property\":[{{\"code\":\"parent\",\"valueCode\":\"c{i - 1}\"}}]");
        var store = Store(chain, ValueSet("urn:vs", Filter("concept", "is-a", "c0")));
        Assert.Equal(Membership.Yes, store.CheckValueSet("urn:vs", "urn:cs", "c19999").Membership);
        Assert.Null(store.System("urn:cs")!.IsA("c19999", "c0", new WorkBudget(10_000)));
        // All of them are two hundred million steps up.
        var expansion = store.Expand("urn:vs");
        Assert.InRange(expansion.Codes.Count, 1_000, 19_000);
        Assert.Equal(["the filter concept is-a c0 can't be evaluated"], expansion.Missing);
    }

    [Theory]
    [InlineData("(?=c)c.*")]
    [InlineData("(c)\\\\1.*")]
    [InlineData("(")]
    [InlineData("c{1,1000000}")]
    public void A_code_is_not_checked_where_its_filter_can_not_be(string pattern)
    {
        var store = Store(Concepts(3), ValueSet("urn:vs", Filter("code", "regex", pattern)));
        var answer = store.CheckValueSet("urn:vs", "urn:cs", "c1");
        Assert.Equal(Membership.Unknown, answer.Membership);
        Assert.EndsWith("can't be evaluated", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_would_backtrack_without_end_is_answered()
    {
        var store = Store(
            "{\"resourceType\":\"CodeSystem\",\"url\":\"urn:cs\",\"content\":\"complete\",\"concept\":[{\"code\":"
                + "\"" + new string('a', 5_000) + "!\"}]}",
            ValueSet("urn:vs", Filter("code", "regex", "(a+)+b")));
        Assert.Equal(Membership.No, store.CheckValueSet("urn:vs", "urn:cs", new string('a', 5_000) + "!").Membership);
    }

    [Fact]
    public void Filters_over_long_lists_are_answered()
    {
        var store = Store(
            Concepts(5_000),
            ValueSet("urn:in", Filter("code", "in", string.Join(", ", Enumerable.Range(2_500, 50_000).Select(i => $"c{i}")))),
            ValueSet("urn:out", Filter("code", "not-in", string.Join(',', Enumerable.Range(2_500, 50_000).Select(i => $"c{i}")))),
            ValueSet(
                "urn:listed",
                "{\"system\":\"urn:cs\",\"concept\":[" + string.Join(
                    ',', Enumerable.Range(0, 5_000).Select(i => $"{{\"code\":\"c{i}\"}}")) + "]}"));
        Assert.Equal(2_500, store.Expand("urn:in").Codes.Count);
        Assert.Equal(2_500, store.Expand("urn:out").Codes.Count);
        Assert.All(
            Enumerable.Range(0, 5_000), i => Assert.Equal(Membership.Yes, store.CheckValueSet("urn:listed", "urn:cs", $"C{i}").Membership));
        Assert.Equal(Membership.No, store.CheckValueSet("urn:listed", "urn:cs", "C5000").Membership);
    }

    [Fact]
    public void What_is_missing_is_listed_up_to_a_number() =>
        Assert.Equal(
            1_000,
            Store(ValueSet("urn:vs", [.. Enumerable.Range(0, 5_000).Select(i => Set($"urn:none{i}"))])).Expand("urn:vs").Missing.Count);

    [Fact]
    public void Codes_without_end_are_not_quoted_whole()
    {
        var store = Store(ValueSet("urn:vs", X));
        Assert.InRange(store.CheckValueSet("urn:vs", "urn:cs", new string('y', 1_000_000)).Reason!.Length, 10, 600);
    }

    [Fact]
    public void Maps_that_send_to_each_other_are_asked_once_each()
    {
        const string Unmapped = """{"source":"urn:f","target":"urn:t","unmapped":{"mode":"other-map","url":"URL"}}""";
        string Map(string url, string other) =>
            "{\"resourceType\":\"ConceptMap\",\"url\":\"" + url + "\",\"group\":[" + string.Join(
                ',',
                Enumerable.Repeat(
                    Unmapped.Replace("URL", other, StringComparison.Ordinal),
                    20)) + ",{\"source\":\"urn:f\",\"target\":\"urn:t\",\"unmapped\":{\"mode\":\"fixed\",\"code\":\"" + url + "\"}}]}";
        var translator = new ConceptMapTranslator(Definitions([Map("urn:a", "urn:b"), Map("urn:b", "urn:c"), Map("urn:c", "urn:a")]));
        Assert.Equal(["urn:c", "urn:b", "urn:a"], translator.Translate("urn:a", "urn:f", "x").Select(match => match.Code));
    }

    [Fact]
    public void A_map_is_read_once_for_all_its_codes()
    {
        var elements = string.Join(
            ',', Enumerable.Range(0, 20_000).Select(i => $"{{\"code\":\"c{i}\",\"target\":[{{\"code\":\"t{i}\"}}]}}"));
        var found = 0;
        var map = Encoding.UTF8.GetBytes(
            "{\"resourceType\":\"ConceptMap\",\"url\":\"urn:m\",\"group\":[{\"element\":[" + elements + "]}]}");
        var translator = new ConceptMapTranslator(new DefinitionSet((_, _) =>
        {
            found++;
            return map;
        }));
        Assert.All(
            Enumerable.Range(0, 20_000), i => Assert.Equal($"t{i}", Assert.Single(translator.Translate("urn:m", null, $"c{i}")).Code));
        Assert.Equal(1, found);
    }

    [Fact]
    public void Definitions_of_another_shape_are_read_as_far_as_they_go()
    {
        var store = Store(
            """{"resourceType":"CodeSystem","url":"urn:cs","content":"complete","concept":[1,null,{"code":5},{"code":"x","property":"""
                + """[1,{"code":"p","valueCoding":[]}],"designation":["d"],"concept":"none"}]}""",
            """{"resourceType":"ValueSet","url":"urn:vs","compose":{"include":[1,{"system":"urn:cs","filter":["f"],"valueSet":[7]},[]]"""
                + ""","exclude":{}}}""",
            """{"resourceType":"ValueSet","url":"urn:expanded","expansion":{"contains":[1,{"code":"x","system":"urn:cs","contains":"""
                + """[{"code":"y","system":"urn:cs"}]}]}}""");
        Assert.Equal(Membership.Yes, store.CheckSystem("urn:cs", "x").Membership);
        Assert.Equal(Membership.Unknown, store.CheckValueSet("urn:vs", "urn:cs", "x").Membership);
        Assert.Equal(Membership.Yes, store.CheckValueSet("urn:expanded", "urn:cs", "y").Membership);
        using var map = JsonDocument.Parse(
            """{"resourceType":"ConceptMap","url":"urn:m","group":[1,{"element":[{"code":"x","target":[1]},{"code":2}],"unmapped":[]}]}""");
        var definitions = new DefinitionSet();
        definitions.Add(map.RootElement);
        Assert.Null(Assert.Single(new ConceptMapTranslator(definitions).Translate("urn:m", null, "x")).Code);
    }

    private static string Set(string url) => $"{{\"valueSet\":[\"{url}\"]}}";

    private static string Filter(string property, string op, string value) =>
        $"{{\"system\":\"urn:cs\",\"filter\":[{{\"property\":\"{property}\",\"op\":\"{op}\",\"value\":\"{value}\"}}]}}";

    private static string ValueSet(string url, params string[] includes) =>
        "{\"resourceType\":\"ValueSet\",\"url\":\"" + url + "\",\"compose\":{\"include\":[" + string.Join(',', includes) + "]}}";

    private static string Concepts(int count, Func<int, string>? more = null) =>
        "{\"resourceType\":\"CodeSystem\",\"url\":\"urn:cs\",\"content\":\"complete\",\"caseSensitive\":false,\"concept\":[" + string.Join(
            ',', Enumerable.Range(0, count).Select(i => $"{{\"code\":\"c{i}\"{more?.Invoke(i)}}}")) + "]}";

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static TerminologyStore Store(params string[] resources) => new(Definitions(resources));

    private static DefinitionSet Definitions(string[] resources)
    {
        var definitions = new DefinitionSet();
        foreach (var resource in resources)
        {
            using var json = JsonDocument.Parse(resource, new JsonDocumentOptions { MaxDepth = 512 });
            definitions.Add(json.RootElement);
        }

        return definitions;
    }
}
