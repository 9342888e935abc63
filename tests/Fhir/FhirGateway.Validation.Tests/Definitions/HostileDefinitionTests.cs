using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using FhirGateway.Packages;
using FhirGateway.Validation.Definitions;

namespace FhirGateway.Validation.Tests.Definitions;

public sealed class HostileDefinitionTests
{
    private const string Patient = """{"resourceType":"Patient","meta":{"profile":["http://x/p"]},"extension":"""
        + """[{"url":"http://x/e","valueString":"a"}],"gender":"male"}""";

    public static TheoryData<string, string> Unreadable => new()
    {
        { "not json", "invalid JSON literal" },
        { """{"resourceType":"StructureDefinition",""" + string.Concat(Enumerable.Repeat("\"contained\":[{", 50_000)), "depth of 256" },
        { """{"resourceType":"StructureDefinition","url":"http://x/p","url":"http://x/q"}""", "Duplicate" },
        { """{"resourceType":"StructureDefinition","url":"http://x/p","name":"\ud800"}""", "half a surrogate pair" },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_can_not_be_read_is_an_error_with_its_name_each_time(string json, string word)
    {
        var found = 0;
        var definitions = new DefinitionSet((_, _) =>
        {
            found++;
            return Encoding.UTF8.GetBytes(json);
        });
        for (var i = 0; i < 3; i++)
        {
            var error = Assert.Throws<DefinitionException>(() => definitions.Structure("http://x/p"));
            Assert.StartsWith("The StructureDefinition http://x/p can't be read: ", error.Message, StringComparison.Ordinal);
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, found);
        var result = new FhirValidator(definitions).Validate(Encoding.UTF8.GetBytes(Patient));
        Assert.Contains(result.Issues, issue => issue.Text.Contains("can't be read", StringComparison.Ordinal));
    }

    [Fact]
    public void A_package_that_fails_is_told_as_the_definition_that_failed()
    {
        var definitions = new DefinitionSet((_, _) => throw new PackageException("a.pkg#1.0.0 lists x.json but does not hold it."));
        Assert.Contains(
            "lists x.json", Assert.Throws<DefinitionException>(() => definitions.ValueSet("http://x/v")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"resourceType":"StructureDefinition","url":"http://x/p","snapshot":{"element":[1,null,"a",[],{"type":[1,"""
        + """{"code":"http://hl7.org/fhirpath/System."},{"extension":"""
        + """[{"url":"http://hl7.org/fhir/StructureDefinition/regex","valueInteger":1}]}],"constraint":[1],"slicing":1,"binding":"""
                + """[]}]}}""")]
    [InlineData("""{"resourceType":"StructureDefinition","url":"http://x/p","snapshot":[],"differential":"x","type":{},"context":[1]}""")]
    [InlineData("""{"resourceType":"StructureDefinition","url":"http://x/p"}""")]
    public void A_definition_of_another_shape_is_read_as_far_as_it_goes(string json)
    {
        var definitions = new DefinitionSet();
        using var document = JsonDocument.Parse(json);
        definitions.Add(document.RootElement);
        Assert.Equal("http://x/p", definitions.Structure("http://x/p")!.Url);
    }

    [Fact]
    public void One_added_by_hand_is_read_as_strictly()
    {
        using var document = JsonDocument.Parse("""{"resourceType":"ValueSet","url":"http://x/v","name":"\ud800"}""");
        Assert.Contains(
            "half a surrogate pair", Assert.Throws<ArgumentException>(() => new DefinitionSet().Add(document.RootElement)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Long_names_that_are_not_found_are_not_remembered()
    {
        var definitions = new DefinitionSet();
        var asked = AskFor(definitions);
        GC.Collect();
        Assert.DoesNotContain(asked, name => name.IsAlive);
        GC.KeepAlive(definitions);
    }

    // Not inlined: the names must be out of reach when they are looked for.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> AskFor(DefinitionSet definitions)
    {
        var asked = new List<WeakReference>();
        for (var i = 0; i < 10; i++)
        {
            var name = $"http://x/{i}{new string('x', 10_000)}";
            Assert.Null(definitions.Structure(name));
            Assert.Null(definitions.CodeSystem(name));
            asked.Add(new WeakReference(name));
        }

        return asked;
    }
}
