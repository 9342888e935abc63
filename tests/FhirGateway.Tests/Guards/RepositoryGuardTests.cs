using System.Text.RegularExpressions;
using System.Xml.Linq;
using FhirGateway.Testing;

namespace FhirGateway.Tests.Guards;

/// <summary>Rules of the repository that no compiler checks. Each failure says why the rule is there.</summary>
public sealed partial class RepositoryGuardTests
{
    private const int MostLines = 400;

    [Fact]
    public void Only_the_mappings_know_a_vendor()
    {
        var vendors = VendorNames();
        Assert.NotEmpty(vendors);
        var offenders =
            from file in Sources("src").Concat(Sources("tools"))
            from vendor in vendors
            where vendor.IsMatch(File.ReadAllText(file))
            select $"{Relative(file)} names {vendor}";

        Assert.True(
            !offenders.Any(), "A new vendor must cost one folder under mappings/ and nothing else:\n" + string.Join('\n', offenders));
    }

    [Fact]
    public void What_is_said_of_a_destination_names_the_settings_of_that_one()
    {
        var offenders =
            from file in Sources("src/FhirGateway/Destination").Append(
                Path.Combine(Repository.Root, "src/FhirGateway/Telemetry/DestinationLog.cs"))
            where File.ReadLines(file).Any(line => line.Contains("Gateway:Destination", StringComparison.Ordinal))
            select Relative(file);

        Assert.True(
            !offenders.Any(),
            "There are several destinations: DestinationOptions.At says where one is configured.\n" + string.Join('\n', offenders));
    }

    [Fact]
    public void No_hand_written_file_is_too_long_to_read()
    {
        var offenders =
            from file in Sources("src").Concat(Sources("mappings")).Concat(Sources("tests")).Concat(Sources("tools"))
            where !file.EndsWith(".g.cs", StringComparison.Ordinal) && !file.Contains("/Generated/", StringComparison.Ordinal)
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Relative(file)}: {lines} lines";

        Assert.True(
            !offenders.Any(),
            $"A file past {MostLines} lines holds more than one thing; split it by what it does:\n" + string.Join('\n', offenders));
    }

    [Theory]
    [InlineData("src/FhirGateway.Ledger")]
    [InlineData("src/FhirGateway.Cluster")]
    [InlineData("src/FhirGateway.Mapping")]
    [InlineData("src/FhirGateway.Sandbox", "FhirGateway.FhirPath")]
    [InlineData("mappings", "FhirGateway.Mapping", "FhirGateway.Validation")] // Validation: only for the registered language tags
    [InlineData(
        "src/FhirGateway",
        "FhirGateway.Cluster", "FhirGateway.FhirPath", "FhirGateway.Ledger", "FhirGateway.Mappings", "FhirGateway.Packages", "FhirGateway.Sandbox",
        "FhirGateway.Validation")]
    public void Dependencies_point_one_way(string folder, params string[] allowed)
    {
        var project = Directory.GetFiles(Path.Combine(Repository.Root, folder), "*.csproj").Single();
        var references = XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Order(StringComparer.Ordinal);

        Assert.Equal(allowed.Order(StringComparer.Ordinal), references);
    }

    [Fact]
    public void Every_silenced_warning_says_why()
    {
        var offenders =
            from file in Directory.EnumerateFiles(Repository.Root, "*.*proj", SearchOption.AllDirectories)
                .Append(Path.Combine(Repository.Root, "Directory.Build.props"))
            where !Relative(file).StartsWith("artifacts", StringComparison.Ordinal)
            from noWarn in XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("NoWarn")
            where noWarn.PreviousNode is not XText { PreviousNode: XComment }
            select $"{Relative(file)}: {noWarn.Value}";

        Assert.True(
            !offenders.Any(),
            "A silenced warning without its reason outlives the reason; put a comment right above it:\n" + string.Join('\n', offenders));
    }

    [Fact]
    public void Every_dependency_is_explained_in_its_present_version()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "dependencies.md"));
        var offenders =
            from package in XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            let row = $"| {package.Attribute("Include")!.Value} | {package.Attribute("Version")!.Value} |"
            where !page.Any(line => line.StartsWith(row, StringComparison.Ordinal))
            select row;

        Assert.True(
            !offenders.Any(),
            "docs/dependencies.md says what each package is for; it has no row that begins:\n" + string.Join('\n', offenders));
    }

    [Fact]
    public void Nothing_is_left_for_later_in_code()
    {
        var offenders =
            from file in Sources("src").Concat(Sources("mappings")).Concat(Sources("tools"))
            where LeftForLater().IsMatch(File.ReadAllText(file))
            select Relative(file);

        Assert.True(
            !offenders.Any(), "What is not done is an issue, not a comment or an exception in the code:\n" + string.Join('\n', offenders));
    }

    /// <summary>
    /// One pattern a vendor folder: its words in any case, apart or together (two words never as part of a longer identifier of FHIR).
    /// </summary>
    private static List<Regex> VendorNames() =>
    [
        .. Directory.GetDirectories(Path.Combine(Repository.Root, "mappings"))
            .Select(folder => Path.GetFileName(folder))
            .Where(name => Directory.GetFiles(Path.Combine(Repository.Root, "mappings", name), "*.cs").Length > 0)
            .Select(name => new Regex(
                @"\b" + string.Join("[ _-]?", CapitalisedWord().Matches(name).Select(word => word.Value)) + @"\b",
                RegexOptions.IgnoreCase)),
    ];

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".cshtml" or ".razor")
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);

    [GeneratedRegex("[A-Z][a-z]+")]
    private static partial Regex CapitalisedWord();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bHACK\b|NotImplementedException")]
    private static partial Regex LeftForLater();
}
