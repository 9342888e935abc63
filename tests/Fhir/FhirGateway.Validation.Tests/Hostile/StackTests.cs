using FhirGateway.Validation.Tests.Oracle;
using static FhirGateway.Validation.Tests.Hostile.Hostile;

namespace FhirGateway.Validation.Tests.Hostile;

/// <summary>
/// A stack that overflows ends the process and can't be caught: here the test run. Threads of ASP.NET have 1.5 MB, and a caller's
/// may have less.
/// </summary>
[Collection(WeighedAlone.Name)]
public sealed class StackTests
{
    private const int Deepest = 58;

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1536)]
    public void Nesting_to_the_limit_is_judged_or_given_up(int kilobytes)
    {
        var extensions = Nested(
            Deepest, """{"url":"http://a.example","extension":[""", """{"url":"http://a.example","valueString":"v"}""", "]}");
        var parts = Nested(Deepest, """{"name":"a","part":[""", """{"name":"a","valueString":"v"}""", "]}");
        var concepts = Nested(Deepest, """{"code":"a","concept":[""", """{"code":"b"}""", "]}");
        foreach (var json in (string[])
        [
            $"{{{Patient},\"extension\":[{extensions}]}}",
            Nested(
                30,
                """{"resourceType":"Bundle","type":"collection","entry":"""
                    + """[{"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000000","resource":""",
                $"{{{Patient}}}", "}]}"),
            $$"""{"resourceType":"Parameters","parameter":[{{parts}}]}""",
            $$"""{"resourceType":"CodeSystem","status":"active","content":"complete","concept":[{{concepts}}]}""",
            Nested(Deepest, $"{{{Patient},\"id\":\"a\",\"contained\":[", $"{{{Patient}}}", "]}"),
        ])
        {
            var result = On(kilobytes, new FhirValidator(), json);
            if (kilobytes >= 1536) Assert.DoesNotContain(result.Issues, issue => issue.Rule == "limits");
            else Assert.All(result.Issues.Where(issue => issue.Rule == "limits"), issue => Assert.Equal("too-costly", issue.Code));
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(1536)]
    [InlineData(16 * 1024)]
    public void Trials_within_trials_at_the_bottom_of_deep_nesting_are_judged_or_given_up(int kilobytes)
    {
        // A Patient's extensions lead fifty levels down to a reference, whose target must conform to the same profile: twelve times.
        var deepRule =
            """{"path":"Extension.value[x]","type":[{"code":"Reference","targetProfile":["urn:test:patient"]}],"""
            + """ "constraint":[{"key":"t-1","severity":"error","human":"h","expression":" """
            + Nested(150, "(", "reference.exists()", ")") + "\"}]}";
        var validator = Validator(
            Profile("Patient", Slices("Patient"), "urn:test:patient"),
            Profile("Extension", Url("urn:test:nested") + "," + Slices("Extension"), "urn:test:nested"),
            Profile("Extension", $"{Url("urn:test:reference")},{deepRule}", "urn:test:reference"));
        var result = On(kilobytes, validator, Circle("\"active\":true"));
        Assert.All(result.Issues, issue => Assert.Equal("too-costly", issue.Code));
        Assert.InRange(result.Issues.Count, 0, 1);
        if (kilobytes < 16 * 1024) return;
        // The trials do reach the bottom, and the targets.
        Assert.Empty(result.Issues);
        var broken = Validator(
            Profile("Patient", """{"path":"Patient.active","fixedBoolean":true},""" + Slices("Patient"), "urn:test:patient"),
            Profile("Extension", Url("urn:test:nested") + "," + Slices("Extension"), "urn:test:nested"),
            Profile(
                "Extension",
                Url("urn:test:reference") + """,{"path":"Extension.value[x]","type":[{"code":"Reference","targetProfile":"""
                    + """["urn:test:patient"]}]}""",
                "urn:test:reference"));
        Assert.Contains(
            On(kilobytes, broken, Circle("\"active\":false")).Errors(),
            error => error.EndsWith(".value:reference-target(structure)", StringComparison.Ordinal));
    }

    private static string Circle(string member) => Bundle("collection", 20, i =>
    {
        var bottom = """{"url":"urn:test:reference","valueReference":{"reference":"TARGET"}}""".Replace(
            "TARGET", Uuid((i + 1) % 20), StringComparison.Ordinal);
        return Entry(
            i,
            $"{Patient},{member},\"meta\":{{\"profile\":[\"urn:test:patient\"]}},\"extension\":"
                + $"[{Nested(50, """{"url":"urn:test:nested","extension":[""", bottom, "]}")}]");
    });

    private static string Url(string url) => $$"""{"path":"Extension.url","fixedUri":"{{url}}"}""";

    private static string Slices(string type) =>
        $$$"""
        {"path":"{{{type}}}.extension","slicing":{"discriminator":[{"type":"value","path":"url"}],"rules":"open"}},
        {"path":"{{{type}}}.extension","sliceName":"nested","type":[{"code":"Extension","profile":["urn:test:nested"]}]},
        {"path":"{{{type}}}.extension","sliceName":"reference","type":[{"code":"Extension","profile":["urn:test:reference"]}]}
        """;

    private static ValidationResult On(int kilobytes, FhirValidator validator, string json)
    {
        // Compiling is not what is tested: the definitions are there already.
        validator.Validate($"{{{Patient}}}", "urn:test:patient");
        ValidationResult? result = null;
        var thread = new Thread(() => result = validator.Validate(json), kilobytes * 1024);
        thread.Start();
        thread.Join();
        return result!;
    }
}
