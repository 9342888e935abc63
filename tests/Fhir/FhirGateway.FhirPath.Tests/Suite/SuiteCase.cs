using System.Text.Json;
using System.Xml.Linq;
using FhirGateway.Reading;
using FhirGateway.Testing;

namespace FhirGateway.FhirPath.Tests.Suite;

/// <summary>One test of the official suite.</summary>
internal sealed record SuiteCase(
    string Name,
    string Group,
    string? Input,
    string Expression,
    string? Invalid,
    bool Strict,
    bool Predicate,
    bool AnyOrder,
    IReadOnlyList<(string? Type, string Text)> Outputs)
{
    public const string Folder = "conformance/fhirpath-r4";

    private static readonly Dictionary<string, JsonElement> Inputs = [];

    /// <summary>All tests by name; a name the suite uses twice gets a number.</summary>
    public static IReadOnlyDictionary<string, SuiteCase> All { get; } = Load();

    /// <summary>The resource that the expression is evaluated over; null when the test names none.</summary>
    public JsonElement? Resource()
    {
        if (Input is null) return null;
        lock (Inputs)
        {
            if (Inputs.TryGetValue(Input, out var known)) return known;
            var path = Repository.SharedPath($"{Folder}/inputs/{Input}")
                ?? throw new FileNotFoundException($"The suite's input {Input} is missing.");
            return Inputs[Input] = Input.EndsWith(".xml", StringComparison.Ordinal)
                ? XmlResourceReader.Read(path)
                : JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        }
    }

    private static Dictionary<string, SuiteCase> Load()
    {
        var cases = new Dictionary<string, SuiteCase>(StringComparer.Ordinal);
        if (Repository.SharedPath($"{Folder}/tests-fhir-r4.xml") is not { } path) return cases;
        foreach (var test in XDocument.Load(path, LoadOptions.PreserveWhitespace).Descendants("test"))
        {
            var name = (string)test.Attribute("name")!;
            for (var number = 2; cases.ContainsKey(name); number++) name = $"{(string)test.Attribute("name")!}#{number}";
            var expression = test.Element("expression")!;
            cases[name] = new SuiteCase(
                name,
                (string)test.Parent!.Attribute("name")!,
                (string?)test.Attribute("inputfile"),
                expression.Value,
                (string?)expression.Attribute("invalid") ?? (string?)test.Attribute("invalid"),
                ((string?)test.Attribute("mode") ?? (string?)expression.Attribute("mode")) == "strict",
                (string?)test.Attribute("predicate") == "true",
                (string?)test.Attribute("ordered") == "false",
                [.. test.Elements("output").Select(output => ((string?)output.Attribute("type"), output.Value))]);
        }

        return cases;
    }
}
