using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Mapping;
using FhirGateway.Mapping.Json;
using FhirGateway.Testing;
using FhirGateway.Tests.OwnPackage;
using FhirGateway.Validation;
using Hl7.Fhir.Model;

namespace FhirGateway.Mappings.Tests;

/// <summary>
/// What of the package in <c>profiles/</c> is made from the mappings: their concept maps, the code systems of the vendors' own words, and
/// an example of each profile. After a wanted change: <c>FHIRGATEWAY_TEST_REGENERATE=1 dotnet test --project
/// tests/FhirGateway.Mappings.Tests</c>, then read the diff.
/// </summary>
public sealed class PublishedPackageTests
{
    private const string OwnCodes = "urn:fhir-gateway:code:";
    private const string DocumentCategories = OwnCodes + "document-category";
    private static readonly string Package = Path.Combine(Repository.Root, "profiles");

    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Of each profile that resources state: in which sample one is found.
    private static readonly (string Profile, string Vendor, string Sample)[] Examples =
    [
        ("ai-note", "insight-health", "soap-note"),
        ("ai-note-document", "insight-health", "soap-note"),
        ("ai-device", "insight-health", "soap-note"),
        ("gateway-device", "insight-health", "soap-note"),
        ("custodian", "insight-health", "soap-note"),
        ("provenance", "insight-health", "soap-note"),
        ("patient-intake", "hami", "intake"),
        ("patient-intake-document", "hami", "intake"),
        ("patient-reported-medication", "hami", "intake"),
        ("retrieved-document", "metriport", "document-download"),
        ("records-service", "metriport", "document-download"),
        ("retrieval-status-note", "human-api", "vendor-note"),
    ];

    [Fact]
    public void The_package_holds_every_concept_map_as_the_mappings_use_it() =>
        AreAsInFolder("ConceptMap-*.json", Maps().ToDictionary(file => $"ConceptMap-{Path.GetFileName(file)}", File.ReadAllText));

    [Fact]
    public void The_package_holds_a_code_system_of_every_vendors_own_words() =>
        AreAsInFolder("CodeSystem-*.json", CodeSystems().ToDictionary(system => $"CodeSystem-{system["id"]}.json", Text), others: ByHand);

    [Fact]
    public void Every_profile_that_resources_state_has_an_example_from_a_sample()
    {
        var files = Examples.Select(Example).Append(("Bundle-transaction.json", Text(BundleOf("insight-health", "soap-note"))));

        AreAsInFolder("example/*.json", files.ToDictionary(file => "example/" + file.Item1, file => file.Item2));
    }

    [Fact]
    public void Every_profile_has_an_example_or_one_that_derives_from_it_has()
    {
        var profiles = Directory.GetFiles(Package, "StructureDefinition-*.json")
            .Select(file => JsonElement.Parse(File.ReadAllBytes(file)))
            .ToDictionary(
                profile => profile.GetProperty("url").GetString()!, profile => profile.GetProperty("baseDefinition").GetString()!);
        var shown = Examples.Select(example => GatewayUris.Profile(example.Profile))
            .Append(GatewayUris.Profile("transaction"))
            .SelectMany(url => Lineage(url))
            .Distinct();

        Assert.Equal(profiles.Keys.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));

        IEnumerable<string> Lineage(string? url)
        {
            for (; url is not null && profiles.TryGetValue(url, out var from); url = from) yield return url;
        }
    }

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void What_a_sample_becomes_states_its_profiles_and_conforms(string vendor, string sample)
    {
        var validator = new FhirValidator(OwnDefinitions.Load(), new ValidationOptions { RefuseUnknownProfiles = true });
        foreach (var translation in Translating.Of(vendor, sample))
        {
            var written = translation.Bundle!.Entry.Select(entry => entry.Resource!)
                .Where(resource => resource is not (Binary or Parameters));
            Assert.All(written, resource => Assert.StartsWith(
                GatewayUris.Profile(""), Assert.Single(resource.Meta?.Profile ?? []), StringComparison.Ordinal));
            var errors = validator.Validate(ResourceJson.Write(translation.Bundle), [OwnDefinitions.Transaction]).Issues
                .Where(issue => issue.Severity >= IssueSeverity.Error);
            Assert.Empty(errors.Select(error => error.ToDemand()));
        }
    }

    [Theory]
    [MemberData(nameof(Vendors.Samples), MemberType = typeof(Vendors))]
    public void Every_system_that_a_sample_is_written_with_is_named_by_the_package_or_is_somebody_elses(string vendor, string sample)
    {
        var named = Directory.GetFiles(Package, "*.json")
            .Select(file => JsonElement.Parse(File.ReadAllBytes(file)))
            .SelectMany(resource => resource.TryGetProperty("uniqueId", out var ids)
                ? ids.EnumerateArray().Select(id => id.GetProperty("value").GetString()!)
                : resource.TryGetProperty("url", out var url) ? [url.GetString()!] : [])
            .ToHashSet(StringComparer.Ordinal);
        var used = Translating.Of(vendor, sample)
            .SelectMany(translation => Values(JsonNode.Parse(ResourceJson.Write(translation.Bundle!)), "system"))
            .Where(system => system.StartsWith("urn:fhir-gateway:", StringComparison.Ordinal))
            .Select(system => system.Replace($":{Vendors.Source(vendor).Name}:", ":{source}:", StringComparison.Ordinal))
            .Distinct();

        Assert.All(used, system => Assert.Contains(system, named));
    }

    // The code system of the gateway itself: written by hand.
    private static readonly string[] ByHand = ["CodeSystem-document-category.json"];

    private static string[] Maps() =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "mappings"), "*.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "conceptmaps")
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    private static IEnumerable<JsonObject> CodeSystems()
    {
        var listed = Maps().Select(file => JsonElement.Parse(File.ReadAllBytes(file)))
            .SelectMany(map => map.GetProperty("group").EnumerateArray().Select(group => (Map: map, Group: group)))
            .SelectMany(each => each.Group.GetProperty("element").EnumerateArray().Select(element => (
                System: each.Group.GetProperty("source").GetString()!,
                Code: element.GetProperty("code").GetString()!,
                Title: $"Words of {each.Map.GetProperty("title").GetString()}")));
        var words = listed.Concat(WrittenWords())
            .Where(word => word.System.StartsWith(OwnCodes, StringComparison.Ordinal))
            .Where(word => word.System is not (GatewayUris.VendorTag or GatewayUris.SourceTag or DocumentCategories));
        foreach (var system in words.GroupBy(word => word.System, StringComparer.Ordinal))
        {
            yield return CodeSystem(
                system.Key,
                system.First().Title,
                "The words that are known of documentation and samples. A payload may bring others: they are codes of this system all the same.",
                system.Select(word => word.Code).Distinct(StringComparer.Ordinal).Select(code => (code, (string?)null)));
        }

        yield return CodeSystem(
            GatewayUris.VendorTag,
            "Vendors",
            "The vendors whose messages are translated. A tag of this system says from whose message a resource was made. A gateway may "
                + "know others.",
            Vendors.Catalog.Vendors.Select(vendor => (vendor.Name, (string?)vendor.Title)));
    }

    // A vendor's own keys, which no map need list: as the samples have them.
    private static IEnumerable<(string System, string Code, string Title)> WrittenWords() =>
        from vendor in Vendors.Catalog.Vendors
        from sample in vendor.Samples
        from translation in Translating.Of(vendor.Name, sample.Name)
        from coding in Codings(JsonNode.Parse(ResourceJson.Write(translation.Bundle!)))
        select (coding.System, coding.Code, $"Words of {vendor.Title}");

    private static IEnumerable<(string System, string Code)> Codings(JsonNode? node) => node switch
    {
        JsonArray array => array.SelectMany(Codings),
        JsonObject json when json["system"] is { } system && json["code"] is { } code =>
            [(system.GetValue<string>(), code.GetValue<string>())],
        JsonObject json => json.SelectMany(member => Codings(member.Value)),
        _ => [],
    };

    private static JsonObject CodeSystem(string url, string title, string description, IEnumerable<(string Code, string? Display)> codes)
    {
        var id = url[OwnCodes.Length..];
        return new JsonObject
        {
            ["resourceType"] = "CodeSystem",
            ["id"] = id,
            ["url"] = url,
            ["version"] = Version(),
            ["name"] = "FhirGateway" + string.Concat(id.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
            ["title"] = title,
            ["status"] = "active",
            ["experimental"] = false,
            ["publisher"] = "FhirGateway",
            ["description"] = description,
            ["caseSensitive"] = true,
            ["content"] = "fragment",
            ["concept"] = new JsonArray([.. codes.Select(code => code.Display is null
                ? new JsonObject { ["code"] = code.Code }
                : new JsonObject { ["code"] = code.Code, ["display"] = code.Display })]),
        };
    }

    private static string Version() =>
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(Package, "package.json"))).GetProperty("version").GetString()!;

    /// <summary>
    /// The first resource of the sample that states the profile, as a server would store it: under an id, with references to ids.
    /// </summary>
    private static (string File, string Text) Example((string Profile, string Vendor, string Sample) of)
    {
        var bundle = BundleOf(of.Vendor, of.Sample);
        var entries = bundle["entry"]!.AsArray().Select(entry => entry!.AsObject()).ToList();
        var places = entries.ToDictionary(
            entry => entry["fullUrl"]!.GetValue<string>(),
            entry => $"{entry["resource"]!["resourceType"]}/{entry["fullUrl"]!.GetValue<string>()["urn:uuid:".Length..]}");
        var chosen = entries.First(entry => Values(entry["resource"]!["meta"], "profile").Contains(GatewayUris.Profile(of.Profile)));
        var resource = chosen["resource"]!.AsObject();
        var example = new JsonObject
        {
            ["resourceType"] = resource["resourceType"]!.DeepClone(),
            ["id"] = chosen["fullUrl"]!.GetValue<string>()["urn:uuid:".Length..],
        };
        foreach (var (name, value) in resource.Where(element => element.Key is not ("resourceType" or "id")))
            example[name] = Stored(value!.DeepClone(), places);
        return ($"{resource["resourceType"]}-{of.Profile}.json", Text(example));
    }

    private static JsonNode Stored(JsonNode node, Dictionary<string, string> places)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Stored(item!, places);
        }
        else if (node is JsonObject json)
        {
            foreach (var (name, value) in json.ToList())
            {
                if (name != "reference") Stored(value!, places);
                else if (places.TryGetValue(value!.GetValue<string>(), out var place)) json[name] = place;
                else if (value.GetValue<string>().Split('?') is [var type, _]) json[name] = $"{type}/example";
            }
        }

        return node;
    }

    private static JsonObject BundleOf(string vendor, string sample) =>
        JsonNode.Parse(ResourceJson.Write(Translating.Of(vendor, sample)[0].Bundle!))!.AsObject();

    private static IEnumerable<string> Values(JsonNode? node, string name) => node switch
    {
        JsonArray array => array.SelectMany(item => Values(item, name)),
        JsonObject json => json.SelectMany(member => member.Key != name ? Values(member.Value, name)
            : member.Value is JsonArray values ? values.Select(value => value!.GetValue<string>())
            : [member.Value!.GetValue<string>()]),
        _ => [],
    };

    private static string Text(JsonNode json) => json.ToJsonString(Pretty) + "\n";

    private static void AreAsInFolder(string pattern, Dictionary<string, string> files, string[]? others = null)
    {
        var folder = Path.GetDirectoryName(pattern)!;
        IEnumerable<string> There() => Directory.GetFiles(Path.Combine(Package, folder), Path.GetFileName(pattern))
            .Select(file => Path.Combine(folder, Path.GetFileName(file)))
            .Except(others ?? []);
        if (GoldenBundleTests.Regenerates)
        {
            foreach (var stale in There().Except(files.Keys).ToList()) File.Delete(Path.Combine(Package, stale));
            foreach (var (name, text) in files) File.WriteAllText(Path.Combine(Package, name), text);
        }

        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), There().Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Path.Combine(Package, file.Key)), file.Value));
    }
}
