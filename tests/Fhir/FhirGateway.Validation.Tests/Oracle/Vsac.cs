using System.Text.Json.Nodes;
using FhirGateway.Packages;

namespace FhirGateway.Validation.Tests.Oracle;

/// <summary>
/// What US Core's sets of race, ethnicity and birth sex are made of, and its package leaves to VSAC (https://vsac.nlm.nih.gov): the sets
/// of the
/// OIDs it names, as far as its examples use them, and CDC's race and ethnicity codes. With it both validators can look them up; without it
/// HL7's calls every such code an error.
/// </summary>
internal static class Vsac
{
    private const string Cdc = "urn:oid:2.16.840.1.113883.6.238";
    private const string NullFlavor = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor";
    private const string Gender = "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender";

    private static readonly (string Code, string Display)[] Races =
    [
        ("1002-5", "American Indian or Alaska Native"), ("2028-9", "Asian"), ("2054-5", "Black or African American"),
        ("2076-8", "Native Hawaiian or Other Pacific Islander"), ("2106-3", "White"),
    ];

    private static readonly (string Code, string Display)[] Ethnicities = [
        ("2135-2", "Hispanic or Latino"), ("2186-5", "Not Hispanic or Latino")];

    private static readonly (string Code, string Display)[] Details = [
        ("1586-7", "Shoshone"), ("2036-2", "Filipino"), ("2148-5", "Mexican"), ("2184-0", "Dominican")];

    /// <summary>Writes the package's files and packs them.</summary>
    /// <returns>The .tgz, beside <paramref name="folder"/>.</returns>
    public static string PackInto(DirectoryInfo folder)
    {
        var files = folder.CreateSubdirectory("vsac").FullName;
        File.WriteAllText(
            Path.Combine(files, "package.json"), """{"name":"fhirgateway.test.vsac","version":"1.0.0","fhirVersions":["4.0.1"]}""");
        foreach (var resource in Resources())
        {
            File.WriteAllText(Path.Combine(files, $"{resource["resourceType"]}-{resource["id"]}.json"), resource.ToJsonString());
        }

        var archive = Path.Combine(folder.FullName, "vsac.tgz");
        using var target = File.Create(archive);
        PackageArchive.Pack(files, target);
        return archive;
    }

    private static IEnumerable<JsonObject> Resources()
    {
        yield return new JsonObject
        {
            ["resourceType"] = "CodeSystem",
            ["id"] = "cdcrec",
            ["url"] = Cdc,
            ["status"] = "active",
            ["content"] = "complete",
            ["concept"] = Concepts([.. Races, .. Ethnicities, .. Details]),
        };
        yield return Set("2.16.840.1.114222.4.11.836", Cdc, Races);
        yield return Set("2.16.840.1.113883.3.2074.1.1.3", Cdc, Races);
        yield return Set("2.16.840.1.113883.1.11.14914", Cdc, [.. Races, .. Details[..2]]);
        yield return Set("2.16.840.1.114222.4.11.837", Cdc, Ethnicities);
        yield return Set("2.16.840.1.114222.4.11.877", Cdc, Details[2..]);
        yield return Set("2.16.840.1.113762.1.4.1021.102", NullFlavor, [("ASKU", "asked but unknown"), ("UNK", "unknown")]);
        yield return Set("2.16.840.1.113762.1.4.1021.103", NullFlavor, [("UNK", "unknown")]);
        yield return Set("2.16.840.1.113762.1.4.1", Gender, [("F", "Female"), ("M", "Male")]);
    }

    private static JsonObject Set(string oid, string system, (string Code, string Display)[] codes) => new()
    {
        ["resourceType"] = "ValueSet",
        ["id"] = oid,
        ["url"] = "http://cts.nlm.nih.gov/fhir/ValueSet/" + oid,
        ["status"] = "active",
        ["compose"] = new JsonObject { ["include"] = new JsonArray(new JsonObject { ["system"] = system, ["concept"] = Concepts(codes) }) },
    };

    private static JsonArray Concepts((string Code, string Display)[] codes) =>
        [.. codes.Select(concept => new JsonObject { ["code"] = concept.Code, ["display"] = concept.Display })];
}
