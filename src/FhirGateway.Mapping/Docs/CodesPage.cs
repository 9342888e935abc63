using System.Reflection;
using System.Text;
using FhirGateway.Mapping.Codes;

namespace FhirGateway.Mapping.Docs;

/// <summary>
/// The concept maps that vendors share, as a page for people: what <c>mappings/CODES.md</c> holds. Made from the maps themselves, so it
/// can't tell otherwise.
/// </summary>
public static class CodesPage
{
    /// <summary>The maps of the folder <c>Shared</c>, by id.</summary>
    /// <param name="assembly">The vendors' assembly.</param>
    public static IReadOnlyList<CodeMap> MapsOf(Assembly assembly)
    {
        var folder = new VendorFolder(assembly, VendorFolder.Shared);
        return [.. folder.CodeMaps.Select(folder.CodeMap)];
    }

    /// <summary>The whole page, in Markdown.</summary>
    public static string Of(IReadOnlyList<CodeMap> maps)
    {
        var page = new StringBuilder("""
            # Codes that all vendors share

            Generated from `Shared/conceptmaps/`; a test fails when it differs. Regenerate:
            `FHIRGATEWAY_TEST_REGENERATE=1 dotnet test --project tests/FhirGateway.Mappings.Tests`.

            A vendor's own concept map comes first, also where it says that a word has no code. A heading is found whatever its case, its
            separators (blanks and `_ - / \ & + . : , ( )`) and its "and", and only as a whole: never by its first word or by a part of it.
            What is in no map keeps its own words and has only the vendor's code. `docs/codes.md` says how a heading is added.

            """);
        foreach (var map in maps) Map(page, map);
        return page.ToString();
    }

    private static void Map(StringBuilder page, CodeMap map)
    {
        page.Append($"\n## {map.Title} (`{map.Id}`)\n\n{map.Description}\n\n");
        var rows = map.Words.GroupBy(word => (word.Meaning, word.Comment)).Select(same => new[]
        {
            string.Join("; ", same.GroupBy(word => word.Title ?? word.Word).Select(InWords)),
            same.Key.Meaning?.Code ?? "none",
            same.Key.Meaning?.Display ?? "",
            same.Key.Comment ?? "",
        });
        if (map.Unmapped is { } other) rows = rows.Append(["(any other)", other.Code, other.Display ?? "", ""]);
        MappingPage.Table(page, ["title (also written)", "LOINC", "LOINC's display", "source, or why there is no code"], rows);
    }

    private static string InWords(IGrouping<string, MappedWord> spellings)
    {
        var others = spellings.Select(word => word.Word).Where(word => word != spellings.Key).ToList();
        return others.Count == 0 ? spellings.Key : $"{spellings.Key} ({string.Join(", ", others)})";
    }
}
