using Xunit;

namespace FhirGateway.Testing;

/// <summary>Holds a library's README against the example that its tests compile and run.</summary>
public static class ReadmeText
{
    private const string Begin = "// <example>";
    private const string End = "// </example>";

    /// <summary>
    /// Asserts that the README's C# is the code between the marks in the tests' <c>Examples/ReadmeExample.cs</c>, its indentation aside.
    /// </summary>
    /// <param name="library">The last part of its name, such as <c>FhirPath</c>.</param>
    public static void AssertShows(string library)
    {
        var code = File.ReadAllText(Path.Combine(Repository.Root, $"tests/Fhir/FhirGateway.{library}.Tests/Examples/ReadmeExample.cs"));
        var readme = File.ReadAllText(Path.Combine(Repository.Root, $"src/Fhir/FhirGateway.{library}/README.md"));
        Assert.Equal(Lines(Between(code, Begin, End)), Lines(Between(readme, "```csharp", "```")));
    }

    private static string Between(string text, string begin, string end)
    {
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[start..text.IndexOf(end, start, StringComparison.Ordinal)];
    }

    private static string[] Lines(string text)
    {
        var lines = text.TrimEnd().Split('\n').SkipWhile(string.IsNullOrWhiteSpace).ToArray();
        var indentation = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return [.. lines.Select(line => line.Length == 0 ? line : line[indentation..].TrimEnd())];
    }
}
