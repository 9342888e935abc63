using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Testing;

namespace FhirGateway.Tests.CommandLine;

/// <summary>The commands that work on resources and packages: validate and packages.</summary>
public sealed class DefinitionCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-commands-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_sound_resource_is_valid_and_a_broken_one_says_where()
    {
        var (sound, _, _) = await Shell.RunAsync(["validate", "-"], """{"resourceType":"Patient","gender":"female"}"""u8.ToArray());
        var (broken, output, _) = await Shell.RunAsync(["validate", "-"], """{"resourceType":"Patient","gender":"unsaid"}"""u8.ToArray());

        Assert.Equal((0, 1), (sound, broken));
        var issue = Assert.Single(
            JsonElement.Parse(output).GetProperty("issue").EnumerateArray(), issue => issue.GetProperty("severity").GetString() == "error");
        Assert.Equal("Patient.gender", issue.GetProperty("expression")[0].GetString());
    }

    [Fact]
    public async Task Of_many_lines_each_is_answered_by_one()
    {
        var (exit, output, _) = await Shell.RunAsync(["validate", "-", "--ndjson"], Encoding.UTF8.GetBytes("""
            {"resourceType":"Patient","active":true}
            {"resourceType":"Patient","active":"yes"}
            {"resourceType":"Patient"}
            """));

        Assert.Equal(1, exit);
        var severities = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line).GetProperty("issue").EnumerateArray().Any(
                issue => issue.GetProperty("severity").GetString() == "error"));
        Assert.Equal([false, true, false], severities);
    }

    [SharedFact("fhir-packages/hl7.fhir.us.core-6.1.0.tgz")]
    public async Task A_profile_of_a_package_file_is_applied()
    {
        var package = Repository.SharedPath("fhir-packages/hl7.fhir.us.core-6.1.0.tgz")!;
        var patient = """{"resourceType":"Patient","gender":"female"}"""u8.ToArray();
        var (exit, output, _) = await Shell.RunAsync(
            [
                "validate", "-", "--package", package, "--profile",
                "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"], patient);

        Assert.Equal(1, exit);
        Assert.Contains("us-core-patient", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_packed_validates_by_its_profiles()
    {
        await WriteAsync("package.json", """{"name":"test.profiles","version":"1.0.0","fhirVersions":["4.0.1"],"dependencies":{}}""");
        await WriteAsync("StructureDefinition-named.json", """
            {"resourceType":"StructureDefinition","id":"named","url":"https://site.example/named","version":"1.0.0","name":"Named","status":"active","kind":"resource",
             "abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
             "differential":{"element":[{"id":"Patient.name","path":"Patient.name","min":1}]}}
            """);
        var archive = Path.Combine(_folder.FullName, "packed.tgz");

        var (packed, output, _) = await Shell.RunAsync(["packages", "pack", _folder.FullName, "--output", archive], default);
        var (nameless, why, _) = await Shell.RunAsync(
            ["validate", "-", "--package", archive, "--profile", "https://site.example/named"],
            """{"resourceType":"Patient"}"""u8.ToArray());
        var (named, _, _) = await Shell.RunAsync(
            ["validate", "-", "--package", archive, "--profile", "https://site.example/named"],
            """{"resourceType":"Patient","name":[{"text":"A"}]}"""u8.ToArray());

        Assert.Equal((0, 1, 0), (packed, nameless, named));
        Assert.Equal(archive, output.Trim());
        Assert.Contains("https://site.example/named", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_published_package_packs_and_what_the_gateway_writes_is_valid_by_it()
    {
        var archive = Path.Combine(_folder.FullName, "fhirgateway.tgz");
        var example = Path.Combine(Repository.Root, "profiles", "example", "DocumentReference-ai-note-document.json");
        var untitled = JsonNode.Parse(await File.ReadAllBytesAsync(example))!;
        untitled.AsObject().Remove("description");

        var (packed, _, _) = await Shell.RunAsync(
            ["packages", "pack", Path.Combine(Repository.Root, "profiles"), "--output", archive], default);
        var (sound, _, _) = await Shell.RunAsync(["validate", example, "--package", archive], default);
        var (broken, why, _) = await Shell.RunAsync(
            ["validate", "-", "--package", archive], Encoding.UTF8.GetBytes(untitled.ToJsonString()));

        Assert.Equal((0, 0, 1), (packed, sound, broken));
        Assert.Contains("description is missing", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_programs_own_profiles_are_known_without_a_package()
    {
        var (exit, output, _) = await Shell.RunAsync(
            ["validate", "-"], """{"resourceType":"Organization","meta":{"profile":["urn:fhir-gateway:profile:custodian"]},"name":"A"}"""u8.ToArray());

        Assert.Equal(1, exit);
        Assert.Contains("identifier is missing", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_down_is_named_and_nothing_is_written()
    {
        const string manifest = """{"name":"test.profiles","version":"1.0.0","dependencies":{}}""";
        await WriteAsync("package.json", manifest);
        var cache = Path.Combine(_folder.FullName, "cache");

        var (exit, output, error) = await Shell.RunAsync(
            ["packages", "add", "some.pkg#1.0.0", _folder.FullName, "--registry", "http://127.0.0.1:1/", "--cache", cache], default);

        Assert.Equal(1, exit);
        Assert.Empty(output);
        Assert.Contains("127.0.0.1:1", error, StringComparison.Ordinal);
        Assert.Equal(manifest, await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "package.json")));
    }

    private Task WriteAsync(string file, string content) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, file), content);
}
