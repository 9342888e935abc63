using FhirGateway.Testing;

namespace FhirGateway.Tests.Guards;

/// <summary>Lines that fit a screen beside another file. A folder is listed here once all of it fits.</summary>
public sealed class LineWidthTests
{
    private const int Widest = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("mappings")]
    [InlineData("tests/Fhir")]
    public void No_line_is_wider_than_a_reader_can_see(string folder)
    {
        var offenders =
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            from line in File.ReadLines(file).Select((text, at) => (Text: text, Number: at + 1))
            where line.Text.Length > Widest
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number}: {line.Text.Length} columns";

        Assert.True(
            !offenders.Any(), $"A line past {Widest} columns is read only by scrolling; break it:\n" + string.Join('\n', offenders));
    }
}
