using System.Text;
using System.Text.Json;
using FhirGateway.Testing;

namespace FhirGateway.Tests.CommandLine;

/// <summary><c>validate --terminology</c>: codes whose system and value set only a terminology server has.</summary>
public sealed class TerminologyCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fhirgateway-terminology-");
    private readonly string _id = "fgw-cli-" + Guid.NewGuid();

    private string System => $"http://{_id}.test/CodeSystem";

    private string Set => $"http://{_id}.test/ValueSet";

    public void Dispose() => _folder.Delete(recursive: true);

    [HapiFact]
    public async Task A_terminology_server_decides_the_codes_that_can_not_be_told_here()
    {
        await PutAsync("CodeSystem", $$""" "url":"{{System}}","content":"complete","concept":[{"code":"sound"},{"code":"elsewhere"}] """);
        await PutAsync("ValueSet", $$""" "url":"{{Set}}","compose":{"include":[{"system":"{{System}}","concept":[{"code":"sound"}]}]} """);
        var package = await PackProfileAsync();

        var (right, clean) = await ValidateAsync("sound", package, Requirements.Hapi!);
        var (wrong, unknown) = await ValidateAsync("misspelt", package, Requirements.Hapi!);
        var (unbound, outside) = await ValidateAsync("elsewhere", package, Requirements.Hapi!);

        Assert.Equal((0, 1, 1), (right, wrong, unbound));
        Assert.DoesNotContain(clean, issue => issue.Text.Contains("ot checked", StringComparison.Ordinal));
        Assert.Contains(
            unknown,
            issue => issue.Severity == "error" && issue.Text.Contains($"{System} has no code 'misspelt'", StringComparison.Ordinal));
        Assert.Contains(
            outside,
            issue => issue.Severity == "error"
                && issue.Text.Contains("#elsewhere is not in the value set", StringComparison.Ordinal)
                && issue.Text.Contains(Set, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_server_down_codes_are_listed_as_not_checked_and_nothing_fails()
    {
        var (exit, issues) = await ValidateAsync("sound", await PackProfileAsync(), "http://127.0.0.1:1/fhir");

        Assert.Equal(0, exit);
        Assert.Contains(
            issues,
            issue => issue.Severity == "information" && issue.Text.Contains($"{System}#sound was not checked", StringComparison.Ordinal));
        Assert.Contains(
            issues,
            issue => issue.Severity == "information"
                && issue.Text.Contains($"Not checked whether {System}#sound is in", StringComparison.Ordinal));
        Assert.Contains(issues, issue => issue.Text.Contains("the terminology server could not be reached", StringComparison.Ordinal));
        Assert.DoesNotContain(issues, issue => issue.Severity is "error" or "fatal");
    }

    private static async Task<(
        int Exit, IReadOnlyList<(string Severity, string Text)> Issues)> ValidateAsync(string resource, string[] options)
    {
        var (exit, output, error) = await Shell.RunAsync(["validate", "-", .. options], Encoding.UTF8.GetBytes(resource));
        Assert.True(output.Length > 0, error);
        return (exit, [.. JsonElement.Parse(output).GetProperty("issue").EnumerateArray()
            .Select(issue => (issue.GetProperty("severity").GetString()!, issue.GetProperty("details").GetProperty("text").GetString()!))]);
    }

    private Task<(
        int Exit, IReadOnlyList<(string Severity, string Text)> Issues)> ValidateAsync(string code, string package, string server) =>
        ValidateAsync(
            $$"""{"resourceType":"Basic","code":{"coding":[{"system":"{{System}}","code":"{{code}}"}]} }""",
            ["--package", package, "--profile", $"http://{_id}.test/profile", "--terminology", server]);

    // The profile binds to a value set that the package does not bring.
    private async Task<string> PackProfileAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "package.json"),
            """{"name":"test.bound","version":"1.0.0","fhirVersions":["4.0.1"],"dependencies":{}}""");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "StructureDefinition-bound.json"), $$"""
            {"resourceType":"StructureDefinition","id":"bound","url":"http://{{_id}}.test/profile","version":"1.0.0","name":"Bound","status":"active","kind":"resource",
             "abstract":false,"type":"Basic","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Basic","derivation":"constraint",
             "differential":{"element":[{"id":"Basic.code","path":"Basic.code","binding":{"strength":"required","valueSet":"{{Set}}"} }]} }
            """);
        var archive = Path.Combine(_folder.FullName, "bound.tgz");
        var (exit, _, error) = await Shell.RunAsync(["packages", "pack", _folder.FullName, "--output", archive], default);
        Assert.True(exit == 0, error);
        return archive;
    }

    private async Task PutAsync(string type, string content)
    {
        using var http = new HttpClient();
        var resource = $$"""{"resourceType":"{{type}}","id":"{{_id}}","status":"active",{{content}} }""";
        using var body = new StringContent(resource, Encoding.UTF8, "application/fhir+json");
        var answer = await http.PutAsync(new Uri($"{Requirements.Hapi}/{type}/{_id}"), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
